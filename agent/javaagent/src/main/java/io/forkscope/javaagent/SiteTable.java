package io.forkscope.javaagent;

import io.forkscope.hook.AllocationHook;
import java.util.Arrays;
import org.objectweb.asm.Type;

/**
 * Every allocation site that was instrumented, by number.
 *
 * <p>Threads: sites are added under a lock while classes are transformed; readers see an entry once
 * they got its number through an instrumented class.
 */
final class SiteTable {

  /**
   * One allocation site.
   *
   * @param objectClass what it allocates, as {@code Class.getName()} says it
   * @param place {@code Class.method:line}
   * @param arrayBaseBytes bytes before the first element, or 0 when it is no array
   * @param arrayScaleBytes bytes of an element, or 0 when it is no array
   */
  record Site(String objectClass, String place, int arrayBaseBytes, int arrayScaleBytes) {

    /** Bytes in the heap of an object or array of this site. */
    long bytes(int extent, int alignment) {
      if (arrayScaleBytes == 0) {
        return extent;
      }
      long bytes = arrayBaseBytes + (long) extent * arrayScaleBytes;
      return (bytes + alignment - 1) & -alignment;
    }
  }

  private volatile Site[] sites = new Site[1024];
  private volatile int count;

  /** Adds the site of a {@code new}. */
  int addObject(String internalName, String place) {
    return add(new Site(internalName.replace('/', '.'), place, 0, 0));
  }

  /** Adds the site of an array with this descriptor, for example {@code [I}. */
  int addArray(String descriptor, String place) {
    Class<?> twin = arrayLike(descriptor);
    return add(
        new Site(
            descriptor.replace('/', '.'),
            place,
            AllocationHook.arrayBaseBytes(twin),
            AllocationHook.arrayScaleBytes(twin)));
  }

  /** Adds one site a level of an array of arrays; returns the outermost, the others follow. */
  synchronized int addNested(String descriptor, int levels, String place) {
    int first = addArray(descriptor, place);
    for (int level = 1; level < levels; level++) {
      addArray(descriptor.substring(level), place);
    }
    return first;
  }

  /** An array class with the same layout, found without loading the element's class. */
  private static Class<?> arrayLike(String descriptor) {
    return switch (Type.getType(descriptor.substring(1)).getSort()) {
      case Type.BOOLEAN -> boolean[].class;
      case Type.BYTE -> byte[].class;
      case Type.CHAR -> char[].class;
      case Type.SHORT -> short[].class;
      case Type.INT -> int[].class;
      case Type.FLOAT -> float[].class;
      case Type.LONG -> long[].class;
      case Type.DOUBLE -> double[].class;
      default -> Object[].class;
    };
  }

  private synchronized int add(Site site) {
    int number = count;
    if (number == sites.length) {
      sites = Arrays.copyOf(sites, 2 * number);
    }
    sites[number] = site;
    AllocationHook.reserveSites(number + 1);
    count = number + 1;
    return number;
  }

  Site get(int number) {
    return sites[number];
  }

  int count() {
    return count;
  }
}
