package io.forkscope.javaagent;

import io.forkscope.hook.AllocationHook;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the bits of a reference into an address, by the rule of the running JVM, and says whether
 * that can be trusted.
 *
 * @param exact whether the self-check passed; nothing may be decoded otherwise
 * @param because the rule in words, or why there is none
 * @param base what a compressed reference is relative to; 0 when not compressed
 * @param shift bits a compressed reference is shifted by; 0 when not compressed
 * @param coloured whether it is a coloured pointer of generational Z
 */
record Addresses(boolean exact, String because, long base, int shift, boolean coloured) {

  /** How compressedOops.cpp (JDK 17 to 25) prints the mode: base and shift only when not zero. */
  private static final Pattern MODE =
      Pattern.compile(
          "Heap address: 0x\\p{XDigit}+, size: \\d+ MB, Compressed Oops mode: [^:,\\n]+"
              + "(?:: 0x(\\p{XDigit}+))?(?:, Oop shift amount: (\\d+))?");

  private static final int CHECKED = 256;
  private static final int CHECKED_LENGTH = 40;

  /** Of {@link #CHECKED} arrays allocated in a row so many must lie side by side. */
  private static final int ADJACENT = CHECKED * 3 / 4;

  /** Finds the rule from {@code VM.info} and checks it on objects allocated here. */
  static Addresses find(String vmInfo, String collector, int alignment) {
    if (!AllocationHook.compressedReferences()) {
      Addresses plain = new Addresses(true, "64-bit references", 0, 0, false).checked(alignment);
      if (plain.exact() || !collector.equals("Z")) {
        return plain;
      }
      return new Addresses(true, "64-bit references of generational Z", 0, 0, true)
          .checked(alignment);
    }
    Matcher mode = MODE.matcher(vmInfo);
    if (!mode.find()) {
      return unavailable("VM.info does not say how references are compressed");
    }
    long base = mode.group(1) == null ? 0 : Long.parseUnsignedLong(mode.group(1), 16);
    int shift = mode.group(2) == null ? 0 : Integer.parseInt(mode.group(2));
    String rule = "compressed references, base 0x" + Long.toHexString(base) + ", shift " + shift;
    return new Addresses(true, rule, base, shift, false).checked(alignment);
  }

  static Addresses unavailable(String why) {
    return new Addresses(false, why, 0, 0, false);
  }

  /** The address of a reference's object. */
  long decode(long bits) {
    if (coloured) {
      // Bits 12 to 15 hold one remap bit, and the address begins above it: zAddress.hpp of JDK 21
      // (ZPointerLoadShiftTable) for x86. Elsewhere the shift is 16, which the self-check shows.
      return bits >>> (13 + Long.numberOfTrailingZeros(bits >>> 12 & 0xF));
    }
    return base + (bits << shift);
  }

  /** Small arrays allocated in a row must lie side by side, in memory that can be written. */
  private Addresses checked(int alignment) {
    Object[] slot = new Object[1];
    long[] addresses = new long[CHECKED];
    for (int i = 0; i < CHECKED; i++) {
      slot[0] = new byte[CHECKED_LENGTH];
      addresses[i] = decode(AllocationHook.bitsOfFirstSlot(slot));
    }
    int bytes = AllocationHook.arrayBaseBytes(byte[].class) + CHECKED_LENGTH;
    int step = (bytes + alignment - 1) & -alignment;
    int adjacent = 0;
    for (int i = 1; i < CHECKED; i++) {
      adjacent += addresses[i] - addresses[i - 1] == step ? 1 : 0;
    }
    if (adjacent < ADJACENT) {
      return unavailable(because + ": only " + adjacent + " of 255 neighbours lie side by side");
    }
    List<Mapping> mappings;
    try {
      mappings = Mapping.readMaps();
    } catch (java.io.IOException unreadable) {
      return unavailable(because + ": cannot be checked: " + Console.oneLine(unreadable));
    }
    long last = addresses[CHECKED - 1];
    return mappings.stream().anyMatch(m -> m.contains(last) && m.permissions().startsWith("rw"))
        ? this
        : unavailable(because + ": 0x" + Long.toHexString(last) + " is in no writable mapping");
  }
}
