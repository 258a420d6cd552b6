package io.forkscope.core.memory;

/**
 * One mapping (VMA) of a process: the half-open byte range {@code [address, address + bytes)}.
 *
 * @param name what it is called in reports, for example {@code [heap]}; not blank
 * @param kind what it holds
 * @param address first byte, aligned to the page size
 * @param bytes length, a positive multiple of the page size
 * @param pageSize unit of fault and copy
 * @param shared whether the mapping is {@code MAP_SHARED}, and so never copied
 * @param fileBacked whether a file stands behind it; a private file page becomes anonymous on its
 *     first write
 * @param writable whether writes are allowed
 */
public record Region(
    String name,
    RegionKind kind,
    long address,
    long bytes,
    PageSize pageSize,
    boolean shared,
    boolean fileBacked,
    boolean writable) {

  /** Checks alignment and bounds. */
  public Region {
    if (name.isBlank()) {
      throw new IllegalArgumentException("region without a name at 0x" + Long.toHexString(address));
    }
    if (bytes <= 0 || bytes % pageSize.bytes() != 0) {
      throw new IllegalArgumentException(
          name + ": " + bytes + " bytes is not a positive multiple of " + pageSize.bytes());
    }
    if (address < 0 || address % pageSize.bytes() != 0 || address + bytes < address) {
      throw new IllegalArgumentException(
          name + ": address 0x" + Long.toHexString(address) + " is not a page boundary");
    }
  }

  /** A private, anonymous, writable region of base pages. */
  public static Region anonymous(String name, RegionKind kind, long address, long bytes) {
    return new Region(name, kind, address, bytes, PageSize.BASE_4K, false, false, true);
  }

  /** The first byte after the region. */
  public long end() {
    return address + bytes;
  }

  /** Whether a byte at {@code address} lies in the region. */
  public boolean contains(long address) {
    return address >= this.address && address < end();
  }
}
