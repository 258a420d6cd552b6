package io.forkscope.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Bytes as people write them: {@code 4096}, {@code 300MiB}, {@code 1.5G}; all units are powers of
 * 1,024.
 *
 * @param bytes at least 0
 */
record ByteSize(long bytes) {

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?) ?(|[KMGT])(?:i?B)?", Pattern.CASE_INSENSITIVE);

  /** In the largest unit that leaves at least 1, for example {@code 4.0 GiB}. */
  @Override
  public String toString() {
    String[] units = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    double number = bytes;
    while (number >= 1024 && unit < units.length - 1) {
      number /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", number, units[unit]);
  }

  /** Reads an option. */
  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      Matcher matcher = FORM.matcher(text.strip());
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no number of bytes; write it like 4096, 300MiB or 1.5GiB");
      }
      int power = "KMGT".indexOf(matcher.group(2).toUpperCase(Locale.ROOT)) + 1;
      double factor = matcher.group(2).isEmpty() ? 1 : Math.pow(1024, power);
      return new ByteSize(Math.round(Double.parseDouble(matcher.group(1)) * factor));
    }
  }
}
