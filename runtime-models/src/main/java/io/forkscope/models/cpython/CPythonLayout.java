package io.forkscope.models.cpython;

/**
 * Bytes that objects of one version ask their allocator for, GC head included, on 64-bit Linux.
 *
 * <p>Every number is a {@code sizeof} of the header named beside it, checked against strides
 * measured between neighbouring objects of each version. Headers are named as in 3.12; those of
 * Include/cpython lay in Include itself to 3.7, some to 3.10. 3.6 is meant as pyenv builds it, with
 * the two patches of bpo-27987 (blocks of 16 bytes, aligned GC heads) that 2.7.16 and 3.7.4 have of
 * their own; python.org's 3.6 aligns to 8 bytes and has GC heads of 24.
 */
final class CPythonLayout {

  private final CPythonVersion version;

  CPythonLayout(CPythonVersion version) {
    this.version = version;
  }

  CPythonVersion version() {
    return version;
  }

  /**
   * {@code PyGC_Head}: 24 bytes padded to 32 by a {@code long double} until 3.7
   * (Include/objimpl.h), two words since (bpo-33597, Include/internal/pycore_gc.h).
   */
  int gcHeadBytes() {
    return version.atLeast(CPythonVersion.V3_8) ? 16 : 32;
  }

  /** {@code PyLongObject}: 24 bytes and 4 for each 30-bit digit; 2.7 {@code PyIntObject}. */
  int intBytes(long value) {
    if (version == CPythonVersion.V2_7) {
      return 24;
    }
    return 24 + 4 * digits(value);
  }

  /**
   * The {@code PyLongObject} that {@code i + from} makes: of more than one digit x_add takes one
   * for the carry, which long_normalize does not give back; Objects/longobject.c.
   *
   * @param sum of the two
   */
  int sumBytes(long from, long sum) {
    boolean carries = version != CPythonVersion.V2_7 && digits(from) > 1;
    return carries ? 24 + 4 * (digits(from) + 1) : intBytes(sum);
  }

  private static int digits(long value) {
    long magnitude = Math.abs(value);
    return magnitude < 1L << 30 ? 1 : magnitude < 1L << 60 ? 2 : 3;
  }

  int floatBytes() {
    return 24; // Include/cpython/floatobject.h, every version
  }

  /**
   * A compact string of {@code characters}, of which none needs more than {@code widest}.
   *
   * <p>{@code PyASCIIObject} 48 and {@code PyCompactUnicodeObject} 72 bytes; 40 and 56 since 3.12,
   * which dropped {@code wstr} (PEP 623). 2.7 {@code PyStringObject}: 36.
   */
  int strBytes(int characters, int widest) {
    if (version == CPythonVersion.V2_7) {
      return widest < 128 ? 37 + characters : 48; // PyUnicodeObject; its text is a block of its own
    }
    boolean slim = version.atLeast(CPythonVersion.V3_12);
    if (widest < 128) {
      return (slim ? 40 : 48) + characters + 1;
    }
    int width = widest < 256 ? 1 : widest < 65536 ? 2 : 4;
    return (slim ? 56 : 72) + (characters + 1) * width;
  }

  /** The text of a 2.7 {@code unicode}: UCS-4, as pyenv and Debian build it. */
  int unicodeTextBytes(int characters) {
    return 4 * (characters + 1);
  }

  /** Where a str or bytes keeps its hash: after its length; a 2.7 unicode after its pointer. */
  int hashOffset(int widest) {
    // Include/cpython/unicodeobject.h, Include/cpython/bytesobject.h; 2.7 Include/unicodeobject.h
    return version == CPythonVersion.V2_7 && widest >= 128 ? 32 : 24;
  }

  int bytesBytes(int length) {
    return version == CPythonVersion.V2_7 ? 37 + length : 33 + length; // Include/bytesobject.h
  }

  int tupleBytes(int items) {
    return gcHeadBytes() + 24 + 8 * items; // Include/cpython/tupleobject.h
  }

  int listBytes() {
    return gcHeadBytes() + 40; // Include/cpython/listobject.h
  }

  int setBytes() {
    return gcHeadBytes() + 200; // Include/cpython/setobject.h: eight entries inside
  }

  int dictBytes() {
    return gcHeadBytes() + (version == CPythonVersion.V2_7 ? 248 : 48); // 2.7: 8 entries inside
  }

  /** Whether a small dict keeps its entries in a block of its own. */
  boolean dictHasKeysBlock() {
    return version != CPythonVersion.V2_7;
  }

  /**
   * The keys block of a dict made by a display of {@code entries} string keys: a table of at least
   * 8 slots, two thirds usable; Objects/dictobject.c.
   */
  long keysBytes(long entries, boolean stringKeys) {
    int log2 = 3;
    while (usable(1L << log2) < entries) {
      log2++;
    }
    return keysBytesOf(log2, stringKeys);
  }

  long keysBytesOf(int log2, boolean stringKeys) {
    long slots = 1L << log2;
    long index = log2 < 8 ? 1 : log2 < 16 ? 2 : log2 < 32 ? 4 : 8;
    boolean slim = version.atLeast(CPythonVersion.V3_11);
    long header = slim ? 32 : 40;
    long entry = slim && stringKeys ? 16 : 24; // PyDictUnicodeEntry since 3.11 (bpo-46845)
    return header + slots * index + usable(slots) * entry;
  }

  static long usable(long slots) {
    return (slots << 1) / 3; // USABLE_FRACTION, Objects/dictobject.c
  }

  /** Bytes before the GC head of an instance whose dict the interpreter manages. */
  int preHeaderBytes() {
    return version.atLeast(CPythonVersion.V3_11) ? 16 : 0; // Include/internal/pycore_object.h
  }

  /** An instance with a {@code __dict__} and {@code __weakref__}. */
  int instanceBytes(int attributes) {
    return switch (version) {
      case V2_7, V3_6, V3_7, V3_8, V3_9, V3_10 -> gcHeadBytes() + 32;
      case V3_11 -> preHeaderBytes() + gcHeadBytes() + 24; // the weak-reference list is a slot yet
      case V3_12 -> preHeaderBytes() + gcHeadBytes() + 16;
      case V3_13 -> preHeaderBytes() + gcHeadBytes() + 16 + inlineValuesBytes(attributes);
    };
  }

  /**
   * The values inside a 3.13 instance: {@code _PyInlineValuesSize}, Include/internal/pycore_dict.h.
   * Each new instance takes one usable slot of the class's shared keys until one is left ({@code
   * _PyObject_InitInlineValues}, Objects/dictobject.c), so that they have one slot more than
   * __init__ sets; measured with 1, 2 and 5 attributes.
   */
  private static int inlineValuesBytes(int attributes) {
    int slots = attributes + 1;
    return (slots + 7) / 8 * 8 + 8 * (slots + 1);
  }

  /** Values of an instance in a block of their own; 0 where there is none. */
  int valuesBytes(int attributes) {
    return switch (version) {
      case V2_7, V3_13 -> 0;
      case V3_6, V3_7, V3_8, V3_9, V3_10 -> 8 * Math.toIntExact(usable(slotsFor(attributes)));
      case V3_11, V3_12 -> {
        int slots = attributes + 1; // init_inline_values, 3.11 Objects/dictobject.c; as above
        yield (2 + slots + 7) / 8 * 8 + 8 * slots;
      }
    };
  }

  private static long slotsFor(int attributes) {
    long slots = 8;
    while (usable(slots) < attributes) {
      slots <<= 1;
    }
    return slots;
  }

  /** Whether reading an attribute goes through a dict object of the instance. */
  boolean instanceHasDictObject() {
    return !version.atLeast(CPythonVersion.V3_11);
  }

  /** An instance with {@code __slots__}. */
  int slotsBytes(int attributes, boolean weakReferences) {
    int bytes = gcHeadBytes() + 16 + 8 * attributes;
    if (!weakReferences) {
      return bytes;
    }
    // Py_TPFLAGS_MANAGED_WEAKREF since 3.12 puts the list before the GC head.
    return bytes + (version.atLeast(CPythonVersion.V3_12) ? 16 : 8);
  }

  int slotsPreHeaderBytes(boolean weakReferences) {
    return weakReferences && version.atLeast(CPythonVersion.V3_12) ? 16 : 0;
  }

  /** {@code PyWeakReference}: seven words, and a vectorcall since 3.11; weakrefobject.h. */
  int weakReferenceBytes() {
    return gcHeadBytes() + (version.atLeast(CPythonVersion.V3_11) ? 64 : 56);
  }

  int functionBytes() {
    return switch (version) { // sys.getsizeof of a function, measured on each version
      case V2_7 -> 120;
      case V3_6, V3_7, V3_10 -> 144;
      case V3_8, V3_9 -> 136;
      case V3_11 -> 152;
      case V3_12, V3_13 -> 160;
    };
  }

  /** {@code func_dict}, before {@code func_weakreflist}: Include/funcobject.h. */
  int functionDictOffset() {
    return version == CPythonVersion.V2_7 ? 64 : version.atLeast(CPythonVersion.V3_10) ? 88 : 72;
  }

  /**
   * The frame that a code object keeps after its first call, {@code co_zombieframe} of
   * Objects/frameobject.c to 3.10: {@code sys.getsizeof} of that of {@link #codeBytes}, measured.
   */
  int keptFrameBytes() {
    return switch (version) {
      case V2_7, V3_6 -> 472;
      case V3_7 -> 456;
      case V3_8, V3_9 -> 440;
      case V3_10 -> 432;
      case V3_11, V3_12, V3_13 -> 0; // frames lie on a stack of the thread: _PyInterpreterFrame
    };
  }

  /** The code object of a function of about 40 bytes of bytecode; it holds them since 3.11. */
  int codeBytes() {
    return switch (version) { // sys.getsizeof of the code object, measured on each version
      case V2_7 -> 128;
      case V3_6, V3_7 -> 144;
      case V3_8, V3_9, V3_10 -> 176;
      case V3_11 -> 280;
      case V3_12 -> 272;
      case V3_13 -> 288;
    };
  }

  /**
   * The bytecode and line table that a function made by exec keeps, {@code sys.getsizeof} of each
   * measured on each version.
   */
  int[] functionTextBytes() {
    return switch (version) {
      case V2_7 -> new int[] {96, 47, 45};
      case V3_6, V3_7 -> new int[] {79, 43};
      case V3_8, V3_9, V3_10 -> new int[] {75, 43};
      case V3_11 -> new int[] {92};
      case V3_12 -> new int[] {88};
      case V3_13 -> new int[] {81};
    };
  }

  /** Its tuples of names, variable names and constants, measured likewise. */
  int[] functionTupleBytes() {
    return version.atLeast(CPythonVersion.V3_8) ? new int[] {56, 72, 72} : new int[] {72, 88, 88};
  }
}
