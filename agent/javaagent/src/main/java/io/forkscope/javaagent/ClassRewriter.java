package io.forkscope.javaagent;

import io.forkscope.javaagent.AgentOptions.MethodName;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Rewrites the method bodies of one class file after another; nothing else of a class changes. */
final class ClassRewriter {
  /** The class of the fork point API, in whichever loader. */
  static final String API_CLASS = "io.forkscope.api.Forkscope";

  private final SiteTable sites;
  private final Optional<MethodName> forkMethod;
  private final AtomicLong skippedSites = new AtomicLong();

  ClassRewriter(SiteTable sites, Optional<MethodName> forkMethod) {
    this.sites = sites;
    this.forkMethod = forkMethod;
  }

  long skippedSites() {
    return skippedSites.get();
  }

  /**
   * Rewrites one class.
   *
   * @param allocations whether its allocations are recorded; its fork points are in any case
   * @return the new class file, or the very same array when there is nothing to do
   */
  byte[] rewrite(byte[] classFile, boolean allocations) {
    ClassReader reader = new ClassReader(classFile);
    String className = reader.getClassName().replace('/', '.');
    Set<String> allocating = allocations ? allocatingMethods(reader) : Set.of();
    boolean marks =
        className.equals(API_CLASS)
            || forkMethod.filter(m -> m.className().equals(className)).isPresent();
    if (allocating.isEmpty() && !marks) {
      return classFile;
    }
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new Rewriting(writer, className, allocating), ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }

  private static Set<String> allocatingMethods(ClassReader reader) {
    Set<String> found = new HashSet<>();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            return new AllocationFinder(() -> found.add(name + descriptor));
          }
        },
        ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return found;
  }

  /** Calls back when it sees an instruction that allocates. */
  private static final class AllocationFinder extends MethodVisitor {
    private final Runnable whenFound;

    AllocationFinder(Runnable whenFound) {
      super(Opcodes.ASM9);
      this.whenFound = whenFound;
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      if (opcode == Opcodes.NEW || opcode == Opcodes.ANEWARRAY) {
        whenFound.run();
      }
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
      if (opcode == Opcodes.NEWARRAY) {
        whenFound.run();
      }
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
      whenFound.run();
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (owner.startsWith("[") && name.equals("clone")) {
        whenFound.run();
      }
    }
  }

  private final class Rewriting extends ClassVisitor {
    private final String className;
    private final Set<String> allocating;

    Rewriting(ClassWriter writer, String className, Set<String> allocating) {
      super(Opcodes.ASM9, writer);
      this.className = className;
      this.allocating = allocating;
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (className.equals(API_CLASS)
          && name.equals("forkPoint")
          && descriptor.equals("(Ljava/lang/String;)V")) {
        next = ForkPointMethodVisitor.api(next);
      }
      if (forkMethod
          .filter(m -> m.className().equals(className) && m.method().equals(name))
          .isPresent()) {
        next = ForkPointMethodVisitor.onReturn(next, className + "." + name);
      }
      if (allocating.contains(name + descriptor)) {
        next = recording(access, name, descriptor, next);
      }
      return next;
    }

    private MethodVisitor recording(
        int access, String name, String descriptor, MethodVisitor next) {
      String owner = className.replace('.', '/');
      return new AllocationMethodVisitor(sites, owner, access, name, descriptor, next) {
        @Override
        public void visitEnd() {
          super.visitEnd();
          skippedSites.addAndGet(skipped());
        }
      };
    }
  }
}
