package io.forkscope.models.php;

/** Sizes of PHP 8.2's structures on 64-bit machines, in bytes. */
final class PhpSizes {

  /** zval: PHP 8.2 Zend/zend_types.h. */
  static final int ZVAL_BYTES = 16;

  /** zend_array: PHP 8.2 Zend/zend_types.h. */
  static final int ARRAY_BYTES = 56;

  /** zend_reference: refcounted header, zval and sources: PHP 8.2 Zend/zend_types.h. */
  static final int REFERENCE_BYTES = 32;

  /** Bucket of a hash: PHP 8.2 Zend/zend_types.h. */
  static final int BUCKET_BYTES = 32;

  /** The smallest table: HT_MIN_SIZE of PHP 8.2 Zend/zend_types.h. */
  private static final long LEAST_CAPACITY = 8;

  /** Offset of a zend_string's text: _ZSTR_HEADER_SIZE of PHP 8.2 Zend/zend_string.h. */
  private static final int STRING_HEADER_BYTES = 24;

  /** zend_object before its property table: PHP 8.2 Zend/zend_types.h. */
  private static final int OBJECT_HEADER_BYTES = 40;

  private PhpSizes() {}

  /** A string of {@code text} bytes. */
  static int stringBytes(int text) {
    return (STRING_HEADER_BYTES + text + 1 + 7) / 8 * 8;
  }

  static int objectBytes(int properties) {
    return OBJECT_HEADER_BYTES + ZVAL_BYTES * properties;
  }

  /** The table size that holds {@code count} elements: a power of two. */
  static long capacity(long count) {
    long capacity = LEAST_CAPACITY;
    while (capacity < count) {
      capacity *= 2;
    }
    return capacity;
  }

  /** Elements of a packed array are bare zvals since 8.2: HT_PACKED_SIZE with the least mask. */
  static long packedBytes(long capacity) {
    return 2 * 4 + ZVAL_BYTES * capacity;
  }

  /** Two 4-byte hash slots and one bucket an element: HT_SIZE. */
  static long hashBytes(long capacity) {
    return (2 * 4 + BUCKET_BYTES) * capacity;
  }

  /** Where the buckets of a hash begin. */
  static long hashSlotsBytes(long capacity) {
    return 2 * 4 * capacity;
  }
}
