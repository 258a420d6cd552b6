package io.forkscope.hook;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one ring a platform thread, also where virtual threads run on it: a million of them must
 * not make a million rings.
 */
final class CarrierThreads {
  private static final @Nullable Object ACCESS = javaLangAccess();
  private static final @Nullable Method CURRENT = currentCarrier();

  private CarrierThreads() {}

  /** A thread local of the carrier where the JDK has one (from 21 on). */
  @SuppressWarnings("unchecked") // the class extends ThreadLocal<T> for every T
  static <T> ThreadLocal<T> threadLocal() {
    try {
      return (ThreadLocal<T>)
          Class.forName("jdk.internal.misc.CarrierThreadLocal")
              .asSubclass(ThreadLocal.class)
              .getConstructor()
              .newInstance();
    } catch (ReflectiveOperationException | LinkageError beforeVirtualThreads) {
      return new ThreadLocal<>();
    }
  }

  /** The current platform thread, or the one that carries the current virtual thread. */
  static Thread current() {
    Method method = CURRENT;
    if (method != null) {
      try {
        return (Thread) method.invoke(ACCESS);
      } catch (ReflectiveOperationException refused) {
        return Thread.currentThread();
      }
    }
    return Thread.currentThread();
  }

  private static @Nullable Object javaLangAccess() {
    try {
      return Class.forName("jdk.internal.access.SharedSecrets")
          .getMethod("getJavaLangAccess")
          .invoke(null);
    } catch (ReflectiveOperationException | LinkageError absent) {
      return null;
    }
  }

  private static @Nullable Method currentCarrier() {
    try {
      return Class.forName("jdk.internal.access.JavaLangAccess").getMethod("currentCarrierThread");
    } catch (ReflectiveOperationException | LinkageError beforeVirtualThreads) {
      return null;
    }
  }
}
