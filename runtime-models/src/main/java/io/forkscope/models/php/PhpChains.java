package io.forkscope.models.php;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The collision chains of a hash with string keys: heads lie in front of its buckets, a bucket
 * names the next of its chain, and the newest comes first. Source: PHP 8.2 Zend/zend_hash.c
 * (zend_hash_rehash, _zend_hash_del_el), zend_string.h (zend_inline_hash_func).
 */
final class PhpChains {

  private static final int NONE = -1;

  /** Where the next bucket is named: u2 of the bucket's zval. */
  private static final int NEXT_OFFSET = 12;

  private final PhpPopulation d;

  /** By place of the head, and by position; null until asked. */
  private int @Nullable [] heads;

  private int[] next = {};

  PhpChains(PhpPopulation d) {
    this.d = d;
  }

  /** Where the head lies of the chain for a hash value: a mask of twice the capacity, negative. */
  static long head(PhpPopulation d, long hash) {
    return d.table + (long) Integer.BYTES * place(d, hash);
  }

  private static int place(PhpPopulation d, long hash) {
    return (int) hash & Math.toIntExact(2 * d.capacity - 1);
  }

  /** Takes a bucket out of its chain: the address at which that is written. */
  long leave(long position) {
    int[] all = heads();
    long hash = hash(position);
    int place = place(d, hash);
    int bucket = (int) position;
    if (all[place] == bucket) {
      all[place] = next[bucket];
      return head(d, hash);
    }
    int before = all[place];
    while (next[before] != bucket) {
      before = next[before];
    }
    next[before] = next[bucket];
    return d.element(before) + NEXT_OFFSET;
  }

  private int[] heads() {
    int[] all = heads;
    if (all == null) {
      all = new int[Math.toIntExact(2 * d.capacity)];
      Arrays.fill(all, NONE);
      next = new int[Math.toIntExact(d.count)];
      for (int position = 0; position < next.length; position++) {
        if (!d.gone.contains(d.slot(position))) {
          int place = place(d, hash(position));
          next[position] = all[place];
          all[place] = position;
        }
      }
      heads = all;
    }
    return all;
  }

  private long hash(long position) {
    PhpNode key = d.key;
    long number = d.slot(position) * d.keepEvery;
    if (key == null || key.layout != PhpNode.Layout.STRING) {
      return number + (key == null ? 0 : PhpInts.from(key.value));
    }
    byte[] text =
        PhpStrings.format(key.value)
            .text(number)
            .repeat(PhpStrings.repeat(key.value))
            .getBytes(StandardCharsets.US_ASCII);
    long hash = 5381;
    for (byte letter : text) {
      hash = hash * 33 + letter;
    }
    return hash;
  }
}
