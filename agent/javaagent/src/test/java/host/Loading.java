package host;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Four threads load classes that allocate, each in a loader of its own, until told to end. */
public final class Loading {
  private static volatile boolean stopped;

  private Loading() {}

  /** Runs until its standard input has a line. */
  public static void main(String[] arguments) throws Exception {
    byte[] file;
    try (InputStream in = ClassLoader.getSystemResourceAsStream("host/Alone.class")) {
      file = Objects.requireNonNull(in).readAllBytes();
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread = new Thread(() -> load(file));
      thread.start();
      threads.add(thread);
    }
    System.out.println("running");
    System.in.read();
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println("ended");
  }

  private static void load(byte[] file) {
    while (!stopped) {
      try {
        java.lang.reflect.Method method = new Own().define(file).getDeclaredMethod("allocate");
        method.setAccessible(true);
        if ((long) method.invoke(null) == 0) {
          throw new IllegalStateException("it allocated nothing");
        }
        Thread.sleep(50);
      } catch (ReflectiveOperationException | InterruptedException failed) {
        throw new IllegalStateException(failed);
      }
    }
  }

  /** Knows java.base alone. */
  private static final class Own extends ClassLoader {
    Own() {
      super(null);
    }

    Class<?> define(byte[] file) {
      return defineClass(null, file, 0, file.length);
    }
  }
}
