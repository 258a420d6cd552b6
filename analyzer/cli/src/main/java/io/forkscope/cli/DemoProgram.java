package io.forkscope.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The real program that {@code forkscope demo} records: the JDK's own compiler, at work on a
 * generated code base, in a JVM of its own. Each round compiles every class from source text in
 * memory and throws the result away.
 */
final class DemoProgram {

  private static final int CLASSES = 40;

  private DemoProgram() {}

  /**
   * Compiles.
   *
   * @param arguments rounds before the fork point, rounds after it
   */
  public static void main(String[] arguments) {
    List<JavaFileObject> sources = codeBase();
    warmUp(sources, Integer.parseInt(arguments[0]));
    compile(sources, Integer.parseInt(arguments[1]));
  }

  /** The fork point of the demo is the return of this method. */
  static void warmUp(List<JavaFileObject> sources, int rounds) {
    compile(sources, rounds);
  }

  private static void compile(List<JavaFileObject> sources, int rounds) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("this Java has no compiler; a JDK is needed");
    }
    for (int round = 0; round < rounds; round++) {
      DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
      boolean fine =
          compiler
              .getTask(
                  null, new MemoryOutput(compiler), problems, List.of("-Xlint:none"), null, sources)
              .call();
      if (!fine) {
        throw new IllegalStateException(
            "the generated code base does not compile: " + problems.getDiagnostics());
      }
    }
  }

  private static List<JavaFileObject> codeBase() {
    List<JavaFileObject> sources = new ArrayList<>();
    for (int i = 0; i < CLASSES; i++) {
      sources.add(new Source("Part" + i, text(i)));
    }
    return sources;
  }

  private static String text(int i) {
    StringBuilder text = new StringBuilder();
    text.append("import java.util.*;\nfinal class Part").append(i).append(" {\n");
    for (int m = 0; m < 12; m++) {
      text.append(
          String.format(
              Locale.ROOT,
              "  static Map<String, List<Integer>> m%d(int n) {%n"
                  + "    Map<String, List<Integer>> r = new TreeMap<>();%n"
                  + "    for (int i = 0; i < n; i++) {%n"
                  + "      r.computeIfAbsent(\"k\" + i %% %d, k -> new ArrayList<>()).add(i * %d);%n"
                  + "    }%n    return r;%n  }%n",
              m,
              m + 2,
              i + m));
    }
    return text.append("}\n").toString();
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /** Takes class files and keeps none of them. */
  private static final class MemoryOutput
      extends javax.tools.ForwardingJavaFileManager<javax.tools.JavaFileManager> {

    MemoryOutput(JavaCompiler compiler) {
      super(
          compiler.getStandardFileManager(
              null, Locale.ROOT, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location,
        String className,
        JavaFileObject.Kind kind,
        javax.tools.FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("mem:///" + className + kind.extension), kind) {
        @Override
        public java.io.OutputStream openOutputStream() {
          return java.io.OutputStream.nullOutputStream();
        }
      };
    }
  }
}
