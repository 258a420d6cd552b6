package io.forkscope.javaagent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Writes {@code host.Exotic}, which no compiler makes: legal, but not javac's shape of {@code new}.
 */
final class ExoticClass {
  private static final String BUILDER = "java/lang/StringBuilder";

  private ExoticClass() {}

  static void writeTo(Path classes) throws IOException {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES | ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, "host/Exotic", null, "java/lang/Object", null);
    MethodVisitor code =
        writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "allocate", "()J", null, null);
    code.visitCode();
    threeReferences(code);
    noSecondReference(code);
    throughALocal(code);
    twoAtOnce(code);
    aBranchInBetween(code);
    code.visitLdcInsn(42L);
    code.visitInsn(Opcodes.LRETURN);
    code.visitMaxs(0, 0);
    code.visitEnd();
    writer.visitEnd();
    Path folder = Files.createDirectories(classes.resolve("host"));
    Files.write(folder.resolve("Exotic.class"), writer.toByteArray());
  }

  private static void construct(MethodVisitor code) {
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, BUILDER, "<init>", "()V", false);
  }

  private static void threeReferences(MethodVisitor code) {
    code.visitTypeInsn(Opcodes.NEW, BUILDER);
    code.visitInsn(Opcodes.DUP);
    code.visitInsn(Opcodes.DUP);
    construct(code);
    code.visitInsn(Opcodes.POP2);
  }

  private static void noSecondReference(MethodVisitor code) {
    code.visitTypeInsn(Opcodes.NEW, BUILDER);
    construct(code);
  }

  private static void throughALocal(MethodVisitor code) {
    code.visitTypeInsn(Opcodes.NEW, BUILDER);
    code.visitVarInsn(Opcodes.ASTORE, 0);
    code.visitVarInsn(Opcodes.ALOAD, 0);
    construct(code);
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitInsn(Opcodes.POP);
  }

  /** Two unfinished objects of one class side by side, finished in the other order. */
  private static void twoAtOnce(MethodVisitor code) {
    code.visitTypeInsn(Opcodes.NEW, BUILDER);
    code.visitInsn(Opcodes.DUP);
    code.visitTypeInsn(Opcodes.NEW, BUILDER);
    code.visitInsn(Opcodes.DUP_X2);
    construct(code); // the second object, whose other reference lies below the first's two
    construct(code);
    code.visitInsn(Opcodes.POP2);
  }

  private static void aBranchInBetween(MethodVisitor code) {
    Label otherwise = new Label();
    Label together = new Label();
    code.visitTypeInsn(Opcodes.NEW, BUILDER);
    code.visitInsn(Opcodes.DUP);
    code.visitInsn(Opcodes.ICONST_1);
    code.visitJumpInsn(Opcodes.IFEQ, otherwise);
    code.visitLdcInsn("one");
    code.visitJumpInsn(Opcodes.GOTO, together);
    code.visitLabel(otherwise);
    code.visitLdcInsn("other");
    code.visitLabel(together);
    code.visitMethodInsn(Opcodes.INVOKESPECIAL, BUILDER, "<init>", "(Ljava/lang/String;)V", false);
    code.visitInsn(Opcodes.POP);
  }
}
