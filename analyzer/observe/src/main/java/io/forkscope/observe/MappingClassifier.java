package io.forkscope.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives each readable mapping its {@link MappingClass}. Anonymous memory right behind the writable
 * data of a file is that file's zero-initialised data up to the end of its ELF image, and plain
 * anonymous memory from there on.
 */
final class MappingClassifier {
  private static final List<String> INTERPRETERS =
      List.of(
          "libpython",
          "python",
          "libruby",
          "ruby",
          "php",
          "libperl",
          "perl",
          "liblua",
          "lua",
          "redis");

  private static final Map<String, Long> EXTENTS = new ConcurrentHashMap<>();

  private final List<Part> parts = new ArrayList<>();
  private String file = "";
  private long fileEnd;
  private long previousEnd;
  private boolean afterInterpreterData;
  private boolean afterLibraryData;

  private MappingClassifier() {}

  /** A readable range of one class. */
  record Part(long start, long end, MappingClass kind, boolean isPrivate, boolean fileBacked) {}

  /** The readable parts of a process's mappings, in address order. */
  static List<Part> classify(List<Mapping> mappings) {
    MappingClassifier classifier = new MappingClassifier();
    mappings.forEach(classifier::accept);
    return classifier.parts;
  }

  private void accept(Mapping m) {
    String name = m.path();
    if (name.startsWith("[")
        && !name.startsWith("[heap]")
        && !name.startsWith("[stack")
        && !name.startsWith("[anon")) {
      previousEnd = m.end();
      afterInterpreterData = false;
      afterLibraryData = false;
      return; // vdso and the like
    }
    MappingClass kind = kindOf(m);
    boolean interpreter = isInterpreter(name);
    afterInterpreterData = m.fileBacked() && m.writable() && interpreter;
    afterLibraryData = m.fileBacked() && m.writable() && !interpreter;
    previousEnd = m.end();
    if (m.readable()) {
      addParts(m, kind);
    }
  }

  private MappingClass kindOf(Mapping m) {
    String name = m.path();
    if (name.startsWith("[heap]")) {
      return MappingClass.HEAP;
    }
    if (name.startsWith("[stack")) {
      return MappingClass.STACK;
    }
    if (m.fileBacked() && name.startsWith("/")) {
      if (!name.equals(file)) {
        file = name;
        fileEnd = m.start() - m.offset() + EXTENTS.computeIfAbsent(name, ElfExtent::of);
      }
      if (!m.isPrivate()) {
        return MappingClass.OTHER;
      }
      return isInterpreter(name) ? MappingClass.INTERPRETER_DATA : MappingClass.LIBRARY_DATA;
    }
    if (afterInterpreterData && m.start() == previousEnd) {
      return MappingClass.INTERPRETER_BSS;
    }
    if (afterLibraryData && m.start() == previousEnd) {
      return MappingClass.LIBRARY_DATA;
    }
    return MappingClass.ANONYMOUS;
  }

  private void addParts(Mapping m, MappingClass kind) {
    boolean bss =
        !m.fileBacked()
            && (kind == MappingClass.INTERPRETER_BSS || kind == MappingClass.LIBRARY_DATA);
    long cut = bss ? Math.max(m.start(), Math.min(m.end(), fileEnd)) : m.end();
    if (cut > m.start()) {
      parts.add(new Part(m.start(), cut, kind, m.isPrivate(), m.fileBacked()));
    }
    if (m.end() > cut) {
      parts.add(new Part(cut, m.end(), MappingClass.ANONYMOUS, m.isPrivate(), m.fileBacked()));
    }
  }

  private static boolean isInterpreter(String path) {
    String base = path.substring(path.lastIndexOf('/') + 1);
    return INTERPRETERS.stream().anyMatch(base::startsWith);
  }
}
