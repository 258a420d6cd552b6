package io.forkscope.javaagent;

/**
 * A range of addresses that the JVM itself names.
 *
 * @param start first address
 * @param end address after the last
 * @param name for people
 * @param kind name of the analyzer's RegionKind
 * @param source which command said so
 */
record NamedRange(long start, long end, String name, String kind, String source) {

  boolean covers(long address) {
    return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
  }
}
