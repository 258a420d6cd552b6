package io.forkscope.reports.internal;

import java.util.Locale;

/** Numbers for people, always with a unit and always in the same locale. */
public final class Amounts {

  private static final double PAGES_PER_MIB = 256;
  private static final double BYTES_PER_MIB = 1024.0 * 1024.0;

  private Amounts() {}

  /** Pages as MiB with one decimal, for example {@code 1,171.9 MiB}. */
  public static String mebibytes(long pages) {
    return mebibyteNumber(pages) + " MiB";
  }

  /** Pages as a number of MiB with one decimal and no unit, for columns that name it. */
  public static String mebibyteNumber(long pages) {
    return decimal((double) pages / PAGES_PER_MIB);
  }

  /** Bytes as MiB with one decimal. */
  public static String mebibytesOfBytes(long bytes) {
    return mebibyteNumberOfBytes(bytes) + " MiB";
  }

  /** Bytes as a number of MiB with one decimal and no unit. */
  public static String mebibyteNumberOfBytes(long bytes) {
    return decimal((double) bytes / BYTES_PER_MIB);
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%,.1f", number);
  }

  /** A count with thousands separators. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** A count with its sign, for example {@code +3,128}; 0 has none. */
  public static String signedCount(long count) {
    return (count > 0 ? "+" : "") + count(count);
  }

  /** Pages as a number of MiB with its sign; what rounds to 0.0 has none. */
  public static String signedMebibyteNumber(long pages) {
    String amount = mebibyteNumber(Math.abs(pages));
    return amount.equals("0.0") ? amount : (pages > 0 ? "+" : "-") + amount;
  }

  /** Pages with their unit, for example {@code 1 page} or {@code 30,000 pages}. */
  public static String pages(long pages) {
    return count(pages) + (pages == 1 ? " page" : " pages");
  }

  /** A share of 0..1 (or more) as a percentage with one decimal, for example {@code 43.8 %}. */
  public static String percentage(double ratio) {
    return String.format(Locale.ROOT, "%,.1f %%", ratio * 100);
  }

  /** A part of a whole as a percentage; {@code –} where the whole is nothing. */
  public static String percentage(long part, long whole) {
    return whole == 0 ? "–" : percentage((double) part / whole);
  }

  /** An address as maps shows it, for example {@code 0x7f12a0000000}. */
  public static String address(long address) {
    return "0x" + Long.toHexString(address);
  }
}
