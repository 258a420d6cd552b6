package host;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Another agent in the JVM. It notices entries of host methods by a call that it puts into each, as
 * coverage agents do, and can tell what class file the JVM has of a class.
 */
public final class Probe {
  /** Whether a method with the call has been entered. */
  static volatile boolean entered;

  private static volatile byte[] seen = new byte[0];
  private static Instrumentation jvm;

  private Probe() {}

  /** Notices method entries from now on if the argument is {@code count}. */
  public static void premain(String arguments, Instrumentation instrumentation) {
    jvm = instrumentation;
    if ("notice".equals(arguments)) {
      instrumentation.addTransformer(new Noticing(), true);
    }
  }

  /** Called by methods that it has changed. */
  public static void entered() {
    entered = true;
  }

  /** Writes the class file that the JVM gives to transformers. */
  static void write(Class<?> type, Path file) throws Exception {
    ClassFileTransformer reader =
        new ClassFileTransformer() {
          @Override
          public byte[] transform(
              ClassLoader loader, String name, Class<?> loaded, ProtectionDomain domain, byte[] b) {
            if (loaded == type) {
              seen = b.clone();
            }
            return null;
          }
        };
    jvm.addTransformer(reader, true);
    try {
      jvm.retransformClasses(type);
    } finally {
      jvm.removeTransformer(reader);
    }
    Files.write(file, seen);
  }

  /** Puts a call of {@link #entered} at the start of the methods of host programs. */
  private static final class Noticing implements ClassFileTransformer {
    @Override
    public byte[] transform(
        ClassLoader loader, String name, Class<?> loaded, ProtectionDomain domain, byte[] b) {
      if (name == null || !name.startsWith("host/Steady")) {
        return null;
      }
      ClassReader in = new ClassReader(b);
      ClassWriter out = new ClassWriter(in, ClassWriter.COMPUTE_MAXS);
      in.accept(
          new ClassVisitor(Opcodes.ASM9, out) {
            @Override
            public MethodVisitor visitMethod(
                int access, String method, String descriptor, String signature, String[] thrown) {
              return new MethodVisitor(
                  Opcodes.ASM9, super.visitMethod(access, method, descriptor, signature, thrown)) {
                @Override
                public void visitCode() {
                  super.visitCode();
                  visitMethodInsn(Opcodes.INVOKESTATIC, "host/Probe", "entered", "()V", false);
                }
              };
            }
          },
          0);
      return out.toByteArray();
    }
  }
}
