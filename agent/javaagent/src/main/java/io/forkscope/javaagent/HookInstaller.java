package io.forkscope.javaagent;

import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.internal.misc.Unsafe;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Makes the hooks callable from every class of the host.
 *
 * <p>The hook classes go to the bootstrap loader. Instrumented code does not call them by name but
 * through {@value #GATE}, a class of six static methods in {@code java.lang}: loaders that hide the
 * bootstrap loader's packages from their classes (OSGi) still delegate {@code java.*}, because they
 * must, and every module reads {@code java.base}. JaCoCo reaches its probes the same way.
 */
final class HookInstaller {
  /** Internal name of the class that instrumented code calls. */
  static final String GATE = "java/lang/$Forkscope";

  private static final String HOOK_PACKAGE = "io/forkscope/hook/";
  private static final String HOOK = HOOK_PACKAGE + "AllocationHook";

  private static final List<String> HOOK_CLASSES =
      List.of("AllocationHook", "AllocationRing", "CarrierThreads", "HookSink", "ReferenceBits");

  private static final Map<String, String> GATE_METHODS =
      Map.of(
          "object", "(Ljava/lang/Object;I)V",
          "array", "(Ljava/lang/Object;II)V",
          "cloned", "(Ljava/lang/Object;I)V",
          "nested", "(Ljava/lang/Object;II)V",
          "forkPoint", "(Ljava/lang/String;)V",
          "methodReturned", "(Ljava/lang/String;)V");

  private HookInstaller() {}

  /** Installs the hooks once a JVM. Nothing may have touched the hook classes before. */
  static void install(Instrumentation instrumentation)
      throws IOException, ReflectiveOperationException {
    if (isGateThere()) {
      return;
    }
    openModules(instrumentation);
    defineHooks();
    Class<?> hook = Class.forName(HOOK.replace('/', '.'), false, null);
    exportTo(instrumentation, hook.getModule());
    for (String name : HOOK_CLASSES) {
      Class.forName((HOOK_PACKAGE + name).replace('/', '.'), true, null);
    }
    MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup()).defineClass(gate());
  }

  private static boolean isGateThere() {
    try {
      Class.forName(GATE.replace('/', '.'), false, null);
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  /**
   * Defines the hooks in the bootstrap loader. {@code appendToBootstrapClassLoaderSearch} would,
   * too, but the JVM then prints a warning and stops sharing the classes of the application from
   * the CDS archive, which changes the very memory that is to be measured.
   */
  private static void defineHooks() throws IOException {
    for (String name : HOOK_CLASSES) {
      byte[] classFile = ownResource(HOOK_PACKAGE + name + ".class");
      Unsafe.getUnsafe()
          .defineClass(HOOK_PACKAGE + name, classFile, 0, classFile.length, null, null);
    }
  }

  private static byte[] ownResource(String entry) throws IOException {
    ClassLoader loader = HookInstaller.class.getClassLoader();
    try (InputStream in =
        loader == null
            ? ClassLoader.getSystemResourceAsStream(entry)
            : loader.getResourceAsStream(entry)) {
      if (in == null) {
        throw new IOException("the agent's jar lacks " + entry);
      }
      return in.readAllBytes();
    }
  }

  private static void openModules(Instrumentation instrumentation) {
    Module agent = HookInstaller.class.getModule();
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("jdk.internal.misc", Set.of(agent)),
        Map.of("java.lang", Set.of(agent)),
        Set.of(),
        Map.of());
    ModuleLayer.boot()
        .findModule("jdk.management")
        .ifPresent(
            management ->
                instrumentation.redefineModule(
                    management,
                    Set.of(),
                    Map.of(),
                    Map.of("com.sun.management.internal", Set.of(agent)),
                    Set.of(),
                    Map.of()));
  }

  private static void exportTo(Instrumentation instrumentation, Module hooks) {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(hooks), // the gate calls the hooks
        Map.of("jdk.internal.misc", Set.of(hooks), "jdk.internal.access", Set.of(hooks)),
        Map.of(),
        Set.of(),
        Map.of());
  }

  private static byte[] gate() {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SYNTHETIC;
    writer.visit(Opcodes.V17, access, GATE, null, "java/lang/Object", new String[0]);
    GATE_METHODS.forEach((name, descriptor) -> gateMethod(writer, name, descriptor));
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static void gateMethod(ClassWriter writer, String name, String descriptor) {
    int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
    MethodVisitor method = writer.visitMethod(access, name, descriptor, null, new String[0]);
    method.visitCode();
    method.visitVarInsn(Opcodes.ALOAD, 0);
    for (int local = 1; local <= descriptor.chars().filter(c -> c == 'I').count(); local++) {
      method.visitVarInsn(Opcodes.ILOAD, local);
    }
    method.visitMethodInsn(Opcodes.INVOKESTATIC, HOOK, name, descriptor, false);
    method.visitInsn(Opcodes.RETURN);
    method.visitMaxs(0, 0);
    method.visitEnd();
  }

  /** Emits the call of a gate method whose arguments are on the stack. */
  static void call(MethodVisitor code, String method) {
    String descriptor = GATE_METHODS.get(method);
    code.visitMethodInsn(Opcodes.INVOKESTATIC, GATE, method, descriptor, false);
  }
}
