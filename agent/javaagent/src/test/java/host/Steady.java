package host;

import io.forkscope.api.Forkscope;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Allocates a little, again and again, until its standard input has something or ends. {@code write
 * FOLDER} writes the class files that the JVM has; needs {@link Probe}. {@code hooks} says whether
 * code still calls the hooks of an agent that has been stopped.
 */
public final class Steady {

  /** Those whose class files are compared. */
  private static final Class<?>[] TYPES = {Steady.class, Held.class, Kind.class};

  private static List<Object> kept = List.of();

  private Steady() {}

  /** Runs until told to end; marks a fork point through the API if the argument says so. */
  public static void main(String[] arguments) throws Exception {
    kept = round();
    if (arguments.length > 0) {
      Forkscope.forkPoint(arguments[0]);
    }
    System.out.println("running");
    while (true) {
      while (System.in.available() == 0) {
        kept = round();
        Thread.sleep(2);
      }
      String command = line();
      if (command.equals("hooks")) {
        System.out.println(entersHooks() ? "enters hooks" : "enters no hook");
        continue;
      }
      if (!command.startsWith("write ")) {
        break;
      }
      Path folder = Files.createDirectories(Path.of(command.substring("write ".length())));
      for (Class<?> type : TYPES) {
        Probe.write(type, folder.resolve(type.getName() + ".class"));
      }
      System.out.println("written");
    }
    System.out.println("ended with " + kept.size());
    System.out.println(Probe.entered ? "another agent was there" : "no other agent");
  }

  /** Hooks count the allocations that they see and cannot record, as when nothing records. */
  private static boolean entersHooks() throws ReflectiveOperationException {
    Method seen =
        Class.forName("io.forkscope.hook.AllocationHook", false, null).getMethod("unrecorded");
    long before = (long) seen.invoke(null);
    kept = round();
    return (long) seen.invoke(null) != before;
  }

  private static String line() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int c = System.in.read(); c >= 0 && c != '\n'; c = System.in.read()) {
      text.append((char) c);
    }
    return text.toString();
  }

  static List<Object> round() {
    List<Object> made = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int n = i;
      Supplier<Object> lambda = () -> new Held(n, new long[16].clone());
      made.add(lambda.get());
      made.add(Kind.values()[i % 2]);
    }
    return made;
  }

  /** An enum, whose values() clones an array. */
  enum Kind {
    ODD,
    EVEN
  }

  /** What is allocated. */
  record Held(int number, Object content) {}
}
