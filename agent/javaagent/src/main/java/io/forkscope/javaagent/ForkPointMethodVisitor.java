package io.forkscope.javaagent;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Marks a fork point where a method returns, or where the fork point API is called. */
final class ForkPointMethodVisitor extends MethodVisitor {
  private final String returning;
  private final boolean isApi;

  private ForkPointMethodVisitor(MethodVisitor next, String returning, boolean isApi) {
    super(Opcodes.ASM9, next);
    this.returning = returning;
    this.isApi = isApi;
  }

  /** Gives {@code Forkscope.forkPoint(String)} its body. */
  static MethodVisitor api(MethodVisitor next) {
    return new ForkPointMethodVisitor(next, "", true);
  }

  /** Tells of every normal return of a method. */
  static MethodVisitor onReturn(MethodVisitor next, String method) {
    return new ForkPointMethodVisitor(next, method, false);
  }

  @Override
  public void visitCode() {
    super.visitCode();
    if (isApi) {
      super.visitVarInsn(Opcodes.ALOAD, 0);
      HookInstaller.call(mv, "forkPoint");
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (!isApi && opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
      super.visitLdcInsn(returning);
      HookInstaller.call(mv, "methodReturned");
    }
    super.visitInsn(opcode);
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    super.visitMaxs(maxStack + 1, maxLocals);
  }
}
