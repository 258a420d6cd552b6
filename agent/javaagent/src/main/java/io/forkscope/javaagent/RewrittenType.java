package io.forkscope.javaagent;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import net.bytebuddy.ClassFileVersion;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.TypeResolutionStrategy;
import net.bytebuddy.dynamic.scaffold.MethodGraph;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.dynamic.scaffold.inline.DecoratingDynamicTypeBuilder;
import net.bytebuddy.implementation.Implementation;
import net.bytebuddy.implementation.LoadedTypeInitializer;
import net.bytebuddy.implementation.attribute.AnnotationRetention;
import net.bytebuddy.implementation.attribute.AnnotationValueFilter;
import net.bytebuddy.implementation.attribute.TypeAttributeAppender;
import net.bytebuddy.implementation.auxiliary.AuxiliaryType;
import net.bytebuddy.matcher.ElementMatchers;
import net.bytebuddy.matcher.LatentMatcher;
import net.bytebuddy.pool.TypePool;
import net.bytebuddy.utility.AsmClassReader;
import net.bytebuddy.utility.AsmClassWriter;

/**
 * A type whose class file is made from the present one by a function of bytes.
 *
 * <p>Byte Buddy carries its own copy of ASM, without the commons; this is where its world of types
 * ends and ASM's world of instructions begins.
 */
final class RewrittenType<T> extends DecoratingDynamicTypeBuilder<T> {
  private final TypeDescription type;
  private final ClassFileLocator classFiles;
  private final UnaryOperator<byte[]> rewriting;

  RewrittenType(
      TypeDescription type, ClassFileLocator classFiles, UnaryOperator<byte[]> rewriting) {
    super(
        type,
        TypeAttributeAppender.NoOp.INSTANCE, // the public constructor's has the type parsed
        AsmVisitorWrapper.NoOp.INSTANCE,
        ClassFileVersion.JAVA_V17,
        new AuxiliaryType.NamingStrategy.SuffixingRandom("forkscope"),
        AnnotationValueFilter.Default.APPEND_DEFAULTS,
        AnnotationRetention.ENABLED,
        Implementation.Context.Disabled.Factory.INSTANCE,
        MethodGraph.Compiler.ForDeclaredMethods.INSTANCE,
        TypeValidation.DISABLED,
        AsmClassReader.Factory.Default.ASM_ONLY,
        AsmClassWriter.Factory.Default.ASM_ONLY,
        new LatentMatcher.Resolved<>(ElementMatchers.none()),
        List.of(),
        classFiles);
    this.type = type;
    this.classFiles = classFiles;
    this.rewriting = rewriting;
  }

  @Override
  public DynamicType.Unloaded<T> make(TypeResolutionStrategy strategy, TypePool pool) {
    try {
      byte[] classFile = classFiles.locate(type.getName()).resolve();
      return new DynamicType.Default.Unloaded<>(
          type,
          rewriting.apply(classFile),
          LoadedTypeInitializer.NoOp.INSTANCE,
          List.of(),
          strategy.resolve());
    } catch (IOException unreadable) {
      throw new IllegalStateException("no class file of " + type.getName(), unreadable);
    }
  }
}
