package io.forkscope.javaagent;

import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.dynamic.scaffold.inline.MethodNameTransformer;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.utility.JavaModule;
import org.jspecify.annotations.Nullable;

/**
 * Instruments the host's classes, loaded and still to be loaded, and takes all of it back.
 *
 * <p>Byte Buddy's agent builder matches, retransforms in batches and resets; the bodies are
 * rewritten by {@link ClassRewriter}. A class that cannot be rewritten or that the verifier of a
 * retransformation refuses runs untouched and is counted.
 */
final class Instrumenter {
  /**
   * Keeps Byte Buddy (ClassInjector.UsingUnsafe) from sun.misc.Unsafe, of which JDK 24 and later
   * warn. Shading relocates the name, so that a Byte Buddy of the host does not see it.
   */
  private static final String NO_UNSAFE = "net.bytebuddy.safe";

  private final Instrumentation instrumentation;
  private final ClassSelection selection;
  private final AgentOptions options;
  private final ClassRewriter rewriter;
  private final boolean allocations;
  private final AtomicLong instrumentedClasses = new AtomicLong();
  private final AtomicLong failedClasses = new AtomicLong();
  private @Nullable ResettableClassFileTransformer installed;

  /**
   * Prepares, changes nothing yet.
   *
   * @param allocations whether allocations are recorded; otherwise only fork points are
   */
  Instrumenter(
      Instrumentation instrumentation, AgentOptions options, SiteTable sites, boolean allocations) {
    this.instrumentation = instrumentation;
    this.options = options;
    this.selection = new ClassSelection(options);
    this.rewriter = new ClassRewriter(sites, options.forkMethod());
    this.allocations = allocations;
  }

  void install() {
    System.setProperty(NO_UNSAFE, "true");
    installed =
        new AgentBuilder.Default(new ByteBuddy().with(TypeValidation.DISABLED))
            .disableClassFormatChanges()
            .with(AgentBuilder.RedefinitionStrategy.RETRANSFORMATION)
            .with(AgentBuilder.RedefinitionStrategy.BatchAllocator.ForFixedSize.ofSize(64))
            .with(new RetransformationFailures())
            .with(AgentBuilder.InitializationStrategy.NoOp.INSTANCE)
            .with(AgentBuilder.DescriptionStrategy.Default.HYBRID)
            .with(new BodiesOnly())
            .with(new Failures())
            .ignore(ElementMatchers.none())
            .type(this::matches)
            .transform((builder, type, loader, module, domain) -> builder)
            .installOn(instrumentation);
  }

  /** Takes the transformer out and gives every class its own bytes back. */
  void remove() {
    ResettableClassFileTransformer transformer = installed;
    if (transformer != null) {
      transformer.reset(
          instrumentation,
          AgentBuilder.RedefinitionStrategy.RETRANSFORMATION,
          AgentBuilder.RedefinitionStrategy.BatchAllocator.ForFixedSize.ofSize(64));
      installed = null;
      System.clearProperty(NO_UNSAFE);
    }
  }

  private boolean matches(
      TypeDescription type,
      @Nullable ClassLoader loader,
      @Nullable JavaModule module,
      @Nullable Class<?> loaded,
      @Nullable ProtectionDomain domain) {
    String name = type.getName();
    return marksForkPoint(name) || (allocations && selects(name, module));
  }

  private boolean marksForkPoint(String name) {
    return name.equals(ClassRewriter.API_CLASS)
        || options.forkMethod().filter(method -> method.className().equals(name)).isPresent();
  }

  private boolean selects(String name, @Nullable JavaModule module) {
    boolean fromJdk =
        module != null
            && module.isNamed()
            && (module.getActualName().startsWith("java.")
                || module.getActualName().startsWith("jdk."));
    return selection.selects(name, fromJdk);
  }

  long instrumentedClasses() {
    return instrumentedClasses.get();
  }

  long failedClasses() {
    return failedClasses.get();
  }

  long skippedSites() {
    return rewriter.skippedSites();
  }

  /** Replaces Byte Buddy's own making of a class by {@link ClassRewriter}. */
  private final class BodiesOnly implements AgentBuilder.TypeStrategy {
    @Override
    public DynamicType.Builder<?> builder(
        TypeDescription type,
        ByteBuddy byteBuddy,
        ClassFileLocator classFiles,
        MethodNameTransformer methodNames,
        @Nullable ClassLoader loader,
        @Nullable JavaModule module,
        @Nullable ProtectionDomain domain) {
      boolean recorded = allocations && selects(type.getName(), module);
      return new RewrittenType<>(type, classFiles, file -> rewrite(file, recorded));
    }

    private byte[] rewrite(byte[] classFile, boolean recorded) {
      byte[] rewritten = rewriter.rewrite(classFile, recorded);
      if (rewritten != classFile) {
        instrumentedClasses.incrementAndGet();
      }
      return rewritten;
    }
  }

  /** Counts classes whose rewriting failed; Byte Buddy leaves them as they are. */
  private final class Failures extends AgentBuilder.Listener.Adapter {
    @Override
    public void onError(
        String typeName,
        @Nullable ClassLoader loader,
        @Nullable JavaModule module,
        boolean loaded,
        Throwable throwable) {
      failedClasses.incrementAndGet();
    }
  }

  /** Counts classes that the JVM refused to retransform, after trying each alone. */
  private final class RetransformationFailures
      extends AgentBuilder.RedefinitionStrategy.Listener.Adapter {
    @Override
    public Iterable<? extends List<Class<?>>> onError(
        int index, List<Class<?>> batch, Throwable throwable, List<Class<?>> types) {
      if (batch.size() == 1) {
        failedClasses.incrementAndGet();
        return List.of();
      }
      return batch.stream().map(type -> List.<Class<?>>of(type)).toList();
    }
  }
}
