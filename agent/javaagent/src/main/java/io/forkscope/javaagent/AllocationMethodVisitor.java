package io.forkscope.javaagent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.AnalyzerAdapter;

/**
 * Adds a call of the gate after every allocation of a method: after an array instruction at once,
 * after {@code new} when the constructor has returned, because the verifier forbids to pass an
 * object on before.
 *
 * <p>Which object a constructor call initialises, and that a second reference to it is on top of
 * the stack then, is read from the verifier's view of the stack, never guessed from the order of
 * instructions: a method of any compiler or obfuscator stays verifiable. A site where it cannot be
 * proved is left alone and counted. The code added has no branches and leaves the stack as it was,
 * so all frames stay true.
 */
class AllocationMethodVisitor extends AnalyzerAdapter {
  /** Added to the stack at most: an array again, its length and the site. */
  private static final int EXTRA_STACK = 3;

  private final SiteTable sites;
  private final String placePrefix;
  private final Map<Label, Integer> newLines = new HashMap<>();
  private int line;
  private int skipped;

  AllocationMethodVisitor(
      SiteTable sites,
      String owner,
      int access,
      String name,
      String descriptor,
      MethodVisitor next) {
    super(Opcodes.ASM9, owner, access, name, descriptor, next);
    this.sites = sites;
    this.placePrefix = owner.replace('/', '.') + "." + name + ":";
  }

  /** Sites of this method that were left alone. */
  int skipped() {
    return skipped;
  }

  @Override
  public void visitLineNumber(int number, Label start) {
    line = number;
    super.visitLineNumber(number, start);
  }

  @Override
  public void visitTypeInsn(int opcode, String type) {
    super.visitTypeInsn(opcode, type);
    if (opcode == Opcodes.ANEWARRAY) {
      String element = type.startsWith("[") ? type : "L" + type + ";";
      arrayAllocated("[" + element);
    } else if (opcode == Opcodes.NEW && fromTop(0) instanceof Label fresh) {
      newLines.put(fresh, line);
    }
  }

  @Override
  public void visitIntInsn(int opcode, int operand) {
    super.visitIntInsn(opcode, operand);
    if (opcode == Opcodes.NEWARRAY) {
      arrayAllocated("[" + primitive(operand));
    }
  }

  private static String primitive(int operand) {
    return switch (operand) {
      case Opcodes.T_BOOLEAN -> "Z";
      case Opcodes.T_CHAR -> "C";
      case Opcodes.T_FLOAT -> "F";
      case Opcodes.T_DOUBLE -> "D";
      case Opcodes.T_BYTE -> "B";
      case Opcodes.T_SHORT -> "S";
      case Opcodes.T_INT -> "I";
      default -> "J";
    };
  }

  private void arrayAllocated(String descriptor) {
    mv.visitInsn(Opcodes.DUP);
    mv.visitInsn(Opcodes.DUP);
    mv.visitInsn(Opcodes.ARRAYLENGTH);
    mv.visitLdcInsn(sites.addArray(descriptor, place(line)));
    HookInstaller.call(mv, "array");
  }

  @Override
  public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
    super.visitMultiANewArrayInsn(descriptor, dimensions);
    int first = sites.addNested(descriptor, dimensions, place(line));
    mv.visitInsn(Opcodes.DUP);
    mv.visitLdcInsn(dimensions);
    mv.visitLdcInsn(first);
    HookInstaller.call(mv, "nested");
  }

  @Override
  public void visitMethodInsn(
      int opcode, String owner, String name, String descriptor, boolean isInterface) {
    if (opcode == Opcodes.INVOKESPECIAL && name.equals("<init>")) {
      constructorCalled(owner, descriptor, isInterface);
      return;
    }
    super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    if (opcode == Opcodes.INVOKEVIRTUAL && owner.startsWith("[") && name.equals("clone")) {
      mv.visitInsn(Opcodes.DUP);
      mv.visitLdcInsn(sites.addArray(owner, place(line)));
      HookInstaller.call(mv, "cloned");
    }
  }

  private void constructorCalled(String owner, String descriptor, boolean isInterface) {
    int receiverDepth = (Type.getArgumentsAndReturnSizes(descriptor) >> 2) - 1;
    Object receiver = fromTop(receiverDepth);
    boolean secondReference = receiver != null && receiver == fromTop(receiverDepth + 1);
    super.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, "<init>", descriptor, isInterface);
    if (receiver instanceof Label fresh && secondReference) {
      int newLine = newLines.getOrDefault(fresh, line);
      mv.visitInsn(Opcodes.DUP);
      mv.visitLdcInsn(sites.addObject(owner, place(newLine)));
      HookInstaller.call(mv, "object");
    } else if (receiver == null || receiver instanceof Label) {
      skipped++;
    }
  }

  /** The verifier's type of a stack slot, or null where the stack is unknown or less deep. */
  private @Nullable Object fromTop(int depth) {
    List<Object> known = stack;
    return known == null || known.size() <= depth ? null : known.get(known.size() - 1 - depth);
  }

  private String place(int atLine) {
    return placePrefix + atLine;
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    super.visitMaxs(maxStack + EXTRA_STACK, maxLocals);
  }
}
