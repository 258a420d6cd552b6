package io.forkscope.javaagent;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads where HotSpot's own data lie out of what its diagnostic commands print (the same lines in
 * JDK 17 and 25, tried with Serial, Parallel, G1 and Z).
 *
 * <p>A command that is refused, or prints something else one day, names nothing: its ranges then
 * keep the name that smaps gives them, and {@link #unanswered} says which command it was.
 */
final class JvmRanges {
  private static final String HEX = "0x(\\p{XDigit}+)";
  private static final Pattern HEAP = Pattern.compile("Heap address: " + HEX + ", size: (\\d+) MB");
  private static final Pattern CDS =
      Pattern.compile("CDS archive\\(s\\) mapped at: \\[" + HEX + "-" + HEX + "-" + HEX + "\\)");
  private static final Pattern CLASS_SPACE =
      Pattern.compile("Compressed class space mapped at: " + HEX + "-" + HEX);
  private static final Pattern CARD_TABLE =
      Pattern.compile("Card table byte_map: \\[" + HEX + "," + HEX + "\\]");
  private static final Pattern MARK_BITS =
      Pattern.compile("(\\w* ?Bits): \\[" + HEX + ", ?" + HEX + "\\)");
  private static final Pattern STACK =
      Pattern.compile("\"([^\"\\n]*)\"[^\\n]*?\\[?stack[:(] ?" + HEX + "," + HEX + "[)\\]]");
  private static final Pattern CODE_HEAP =
      Pattern.compile(
          "(CodeHeap '[^'\\n]+'|CodeCache)[^\\n]*\\n bounds \\["
              + HEX
              + ", "
              + HEX
              + ", "
              + HEX
              + "\\]");
  private static final Pattern METASPACE_NODE =
      Pattern.compile("node #\\d+: base " + HEX + ": reserved= *([\\d.]+) (KB|MB|GB)");
  private static final Pattern BRACKETS =
      Pattern.compile("\\[" + HEX + ", (?:" + HEX + ", )*" + HEX + "\\)");
  private static final Pattern SPACE =
      Pattern.compile(
          "(?m)^ *(\\w*) *space \\d+K, +\\d+% used \\["
              + HEX
              + ", ?"
              + HEX
              + ", ?(?:"
              + HEX
              + ", ?)?"
              + HEX
              + "\\)");

  private final List<NamedRange> ranges = new ArrayList<>();
  private final List<HeapSpace> spaces = new ArrayList<>();
  private final List<String> unanswered = new ArrayList<>();

  /** A contiguous space of the Java heap. */
  record HeapSpace(String name, long start, long top, long end) {}

  private JvmRanges() {}

  /** Asks the running JVM. */
  static JvmRanges ask(Diagnostics diagnostics) {
    JvmRanges result = new JvmRanges();
    String info = result.answer("VM.info", () -> diagnostics.run("VM.info"));
    String codecache =
        result.answer("Compiler.codecache", () -> diagnostics.run("Compiler.codecache"));
    String metaspace = result.answer("VM.metaspace", () -> diagnostics.run("VM.metaspace vslist"));
    String heap = result.answer("GC.heap_info", () -> diagnostics.run("GC.heap_info"));
    return result.read(info, codecache, metaspace, heap);
  }

  /** Asks for the heap's spaces alone, as they are by now. */
  static List<HeapSpace> askSpaces(Diagnostics diagnostics) {
    JvmRanges result = new JvmRanges();
    result.readHeap(result.answer("GC.heap_info", () -> diagnostics.run("GC.heap_info")));
    return result.spaces();
  }

  /** Reads what the commands printed. */
  static JvmRanges of(String info, String codecache, String metaspace, String heap) {
    return new JvmRanges().read(info, codecache, metaspace, heap);
  }

  private String answer(String command, Supplier<String> question) {
    try {
      return question.get();
    } catch (IllegalStateException refused) {
      unanswered.add(command);
      return "";
    }
  }

  private JvmRanges read(String info, String codecache, String metaspace, String heap) {
    // Metaspace before anything else: its nodes look like arenas of malloc.
    each(
        METASPACE_NODE,
        metaspace,
        m ->
            add(
                hex(m, 1),
                hex(m, 1) + bytes(m.group(2), m.group(3)),
                "metaspace",
                "METASPACE",
                "VM.metaspace"));
    each(
        CODE_HEAP,
        codecache,
        m -> add(hex(m, 2), hex(m, 4), m.group(1), "CODE_CACHE", "Compiler.codecache"));
    each(CLASS_SPACE, info, m -> add(hex(m, 1), hex(m, 2), "class space", "METASPACE", "VM.info"));
    each(CDS, info, m -> add(hex(m, 1), hex(m, 3), "CDS archive", "CDS_ARCHIVE", "VM.info"));
    each(CARD_TABLE, info, m -> add(hex(m, 1), hex(m, 2), "card table", "GC_DATA", "VM.info"));
    each(
        MARK_BITS,
        info,
        m ->
            add(
                hex(m, 2),
                hex(m, 3),
                "mark bitmap (" + m.group(1).strip() + ")",
                "GC_DATA",
                "VM.info"));
    each(
        STACK,
        info,
        m ->
            add(
                Math.min(hex(m, 2), hex(m, 3)),
                Math.max(hex(m, 2), hex(m, 3)),
                "stack of " + m.group(1),
                "STACK",
                "VM.info"));
    each(
        HEAP,
        info,
        m ->
            add(
                hex(m, 1),
                hex(m, 1) + (Long.parseLong(m.group(2)) << 20),
                "Java heap",
                "JAVA_HEAP",
                "VM.info"));
    readHeap(heap);
    return this;
  }

  private void readHeap(String heap) {
    each(
        SPACE,
        heap,
        m -> spaces.add(new HeapSpace(spaceName(m.group(1)), hex(m, 2), hex(m, 3), hex(m, 5))));
    if (ranges.stream().noneMatch(r -> r.kind().equals("JAVA_HEAP"))) {
      long[] bounds = {Long.MAX_VALUE, 0};
      each(
          BRACKETS,
          heap,
          m -> {
            bounds[0] = Math.min(bounds[0], hex(m, 1));
            bounds[1] = Math.max(bounds[1], hex(m, m.groupCount()));
          });
      add(bounds[0], bounds[1], "Java heap", "JAVA_HEAP", "GC.heap_info");
    }
  }

  /** "the space" is how the old generation's only space is printed, with one or two blanks. */
  private static String spaceName(String printed) {
    return switch (printed) {
      case "the" -> "tenured";
      case "object" -> "old";
      case "" -> "heap";
      default -> printed;
    };
  }

  private void add(long start, long end, String name, String kind, String source) {
    if (start < end) {
      ranges.add(new NamedRange(start, end, name, kind, source));
    }
  }

  private static void each(
      Pattern pattern, String text, java.util.function.Consumer<MatchResult> action) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      action.accept(matcher.toMatchResult());
    }
  }

  private static long hex(MatchResult match, int group) {
    return Long.parseUnsignedLong(match.group(group), 16);
  }

  private static long bytes(String amount, String unit) {
    long scale = unit.equals("KB") ? 1L << 10 : unit.equals("MB") ? 1L << 20 : 1L << 30;
    return (long) (Double.parseDouble(amount) * scale);
  }

  /** The ranges; where two overlap the first one counts. */
  List<NamedRange> ranges() {
    return List.copyOf(ranges);
  }

  /** The heap's spaces, where it has contiguous ones. */
  List<HeapSpace> spaces() {
    return List.copyOf(spaces);
  }

  /** Commands that were refused. */
  List<String> unanswered() {
    return List.copyOf(unanswered);
  }
}
