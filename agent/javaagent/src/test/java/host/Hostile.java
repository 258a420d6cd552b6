package host;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Everything that might hurt an agent that follows allocations. Prints one line a trial; the lines
 * must be the same with the agent and without.
 */
public final class Hostile {

  private static long sum;

  private Hostile() {}

  /** Runs all trials. */
  public static void main(String[] arguments) throws Exception {
    trial("static initialiser", () -> InStaticInit.VALUES.length + InStaticInit.again.VALUE);
    trial("before super", () -> new Derived(3).total());
    trial("constructor throws", Hostile::constructorThrows);
    trial("nested arguments", () -> nestedArguments(true) + nestedArguments(false));
    trial("arrays", Hostile::arrays);
    trial("lambdas and records", Hostile::lambdasAndRecords);
    trial("stack overflow", Hostile::stackOverflow);
    trial("out of memory", Hostile::outOfMemory);
    trial("interrupted", Hostile::interrupted);
    trial("many threads", Hostile::manyThreads);
    trial("virtual threads", Hostile::virtualThreads);
    trial("hiding class loader", Hostile::hidingClassLoader);
    trial("hidden class", Hostile::hiddenClass);
    trial("loader waits for a thread", Hostile::loaderWaits);
    trial("initialiser waits for a thread", () -> Waits.FOUND);
    trial("exotic bytecode", Hostile::exoticBytecode);
    trial("after all that", () -> new Derived(4).total() + new Pair(1, "x").number());
    System.out.println("sum " + sum);
  }

  /** Something that can fail. */
  private interface Trial {
    long run() throws Exception;
  }

  private static void trial(String name, Trial trial) throws Exception {
    long result = trial.run();
    sum += result;
    System.out.println(name + " " + result);
  }

  /** Allocates before it is initialised, in a circle. */
  static final class InStaticInit {
    static final Object[] VALUES =
        new Object[] {new Object(), new int[] {1, 2}, new InStaticInit()};
    static final Again again = new Again();
  }

  /** The other half of the circle. */
  static final class Again {
    final int VALUE = InStaticInit.VALUES == null ? 0 : new int[] {5, 6}.length;
  }

  static class Base {
    final Object[] parts;

    Base(Object... parts) {
      this.parts = parts;
    }
  }

  static final class Derived extends Base {
    Derived(int n) {
      this(new Object[] {new int[n], n > 2 ? new Pair(n, "a") : new Object()}, new Object());
    }

    private Derived(Object[] first, Object second) {
      super(first, second, new Base(new Base(), new Object[0].clone()));
    }

    long total() {
      return (long) parts.length + ((Object[]) parts[0]).length;
    }
  }

  /** A record. */
  record Pair(int number, String text) {}

  static final class Refusing {
    final Object inside = new Object();

    Refusing(int n) {
      if (n % 2 == 0) {
        throw new IllegalArgumentException("even");
      }
    }
  }

  private static long constructorThrows() {
    long refused = 0;
    for (int i = 0; i < 10_000; i++) {
      try {
        new Refusing(i);
      } catch (IllegalArgumentException expected) {
        refused++;
      }
    }
    return refused;
  }

  private static long nestedArguments(boolean which) {
    Base base =
        new Base(
            new Base(which ? new Pair(1, new String("a")) : new Object(), new int[which ? 2 : 3]),
            which ? new Object[] {new Base()} : new Object[new int[] {4}.length]);
    for (int i = 0; i < 3; i++) {
      base = new Base(base, new Pair(i, i > 1 ? "x" : String.valueOf(new char[] {(char) i})));
    }
    return base.parts.length;
  }

  private static long arrays() {
    int[][][] deep = new int[3][4][];
    Object[][] none = new Object[0][5];
    String[][] mixed = new String[][] {{"a"}, new String[2]};
    int[] cloned = new int[] {1, 2, 3}.clone();
    int[][] clonedOuter = new int[2][2].clone();
    long[] reflected = (long[]) Array.newInstance(long.class, 7);
    Object nested = Array.newInstance(int.class, 2, 3);
    long big = new byte[3_000_000].length; // larger than a window, humongous under G1
    long negative = 0;
    try {
      negative = new int[-deep.length].length;
    } catch (NegativeArraySizeException expected) {
      negative = 1;
    }
    return deep[2].length
        + none.length
        + mixed.length
        + cloned.length
        + clonedOuter[1].length
        + reflected.length
        + Array.getLength(nested)
        + big
        + negative;
  }

  private static long lambdasAndRecords() {
    long total = 0;
    for (int i = 0; i < 1_000; i++) {
      int n = i;
      Supplier<Pair> supplier = () -> new Pair(n, "n" + n);
      Supplier<int[]> reference = new int[n % 5]::clone;
      total += supplier.get().number() + reference.get().length;
      Object anonymous =
          new Object() {
            @Override
            public int hashCode() {
              return n;
            }
          };
      total += anonymous.hashCode();
    }
    return total;
  }

  private static long stackOverflow() {
    long caught = 0;
    for (int i = 0; i < 5; i++) {
      try {
        caught += recurse(new Pair(i, "deep"));
      } catch (StackOverflowError expected) {
        caught++;
      }
    }
    return caught;
  }

  @SuppressWarnings("InfiniteRecursion") // that the stack overflows is the trial
  private static long recurse(Pair pair) {
    return recurse(new Pair(pair.number() + 1, pair.text())) + new int[2].length;
  }

  private static long outOfMemory() {
    long caught = 0;
    for (int i = 0; i < 2; i++) {
      try {
        for (Object[] last = new Object[1]; ; ) { // a list that holds all of it
          last = new Object[] {last, new long[10_000]};
        }
      } catch (OutOfMemoryError expected) {
        caught++;
      }
    }
    return caught;
  }

  private static long interrupted() {
    Thread.currentThread().interrupt();
    for (int i = 0; i < 100_000; i++) {
      new Pair(i, "x").number();
    }
    return Thread.interrupted() ? 1 : 0;
  }

  private static long manyThreads() throws InterruptedException {
    AtomicLong total = new AtomicLong();
    for (int round = 0; round < 3; round++) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Thread thread = new Thread(() -> total.addAndGet(allocateSome(500)));
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    return total.get();
  }

  private static long allocateSome(int objects) {
    long total = 0;
    for (int i = 0; i < objects; i++) {
      total += new Pair(i, "x").number();
    }
    return total;
  }

  /** By reflection, since the sources are of Java 17; before 21 the same work in this thread. */
  private static long virtualThreads() throws Exception {
    AtomicLong total = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      Runnable work =
          () -> {
            total.addAndGet(allocateSome(50));
            LockSupport.parkNanos(1); // so that it may go on on another carrier
            total.addAndGet(allocateSome(50));
          };
      try {
        Object thread =
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
        threads.add((Thread) thread);
      } catch (NoSuchMethodException before21) {
        work.run();
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return total.get();
  }

  /** Knows java.base alone, as an OSGi bundle's loader does. */
  private static final class Hiding extends ClassLoader {
    Hiding() {
      super(null);
    }

    Class<?> define(byte[] classFile) {
      return defineClass(null, classFile, 0, classFile.length);
    }
  }

  private static byte[] classFile(Class<?> type) throws java.io.IOException {
    String name = type.getName().replace('.', '/') + ".class";
    try (java.io.InputStream in = ClassLoader.getSystemResourceAsStream(name)) {
      return java.util.Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  private static long hidingClassLoader() throws Exception {
    Class<?> alone = new Hiding().define(classFile(Alone.class));
    return call(alone);
  }

  private static long hiddenClass() throws Exception {
    return call(
        MethodHandles.lookup().defineHiddenClass(classFile(Alone.class), true).lookupClass());
  }

  /** Finds a class only when another thread has loaded and run one, under its own lock. */
  private static final class Waiting extends ClassLoader {
    Waiting() {
      super(null);
    }

    @Override
    protected synchronized Class<?> findClass(String name) throws ClassNotFoundException {
      try {
        inAnotherThread(Hostile::hidingClassLoader);
        byte[] file = classFile(Alone.class);
        return defineClass(name, file, 0, file.length);
      } catch (Exception failed) {
        throw new ClassNotFoundException(name, failed);
      }
    }
  }

  private static long loaderWaits() throws Exception {
    return call(new Waiting().loadClass("host.Alone"));
  }

  /** Its initialiser waits for a thread that loads, initialises and allocates. */
  static final class Waits {
    static final long FOUND = inAnotherThread(Hostile::loaderWaits); // no lambda of this class
  }

  private static long inAnotherThread(Trial trial) {
    FutureTask<Long> result = new FutureTask<>(trial::run);
    new Thread(result).start();
    try {
      return result.get(60, TimeUnit.SECONDS); // or it hangs for ever
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static long exoticBytecode() throws Exception {
    return call(Class.forName("host.Exotic"));
  }

  private static long call(Class<?> type) throws ReflectiveOperationException {
    try {
      java.lang.reflect.Method method = type.getDeclaredMethod("allocate");
      method.setAccessible(true);
      return (long) method.invoke(null);
    } catch (InvocationTargetException failed) {
      throw new IllegalStateException(failed.getCause());
    }
  }
}
