package io.forkscope.javaagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.objectweb.asm.ClassReader;

/** Compares class files as bytes. */
final class ClassFiles {
  /** The constant pool's count follows magic and version: JVMS 4.1. */
  private static final int COUNT_AT = 8;

  private ClassFiles() {}

  /**
   * Returns {@code file} without the constants that follow those of {@code model}.
   *
   * <p>HotSpot never takes a constant out of a class: a redefinition merges the pools
   * (VM_RedefineClasses::merge_cp_and_rewrite), and from JDK 25 on, or some version after 17, the
   * class file that it shows is made from that pool. What a removed agent leaves is so constants at
   * the pool's end that nothing refers to: where the result equals {@code model}, every reference
   * in it is one of {@code model}, to a constant of {@code model}.
   */
  static byte[] withoutEntriesAfter(byte[] model, byte[] file) {
    int count = new ClassReader(model).getItemCount();
    int fileCount = new ClassReader(file).getItemCount();
    assertThat(fileCount).isGreaterThanOrEqualTo(count);
    int cut = endOfConstants(file, count);
    int rest = endOfConstants(file, fileCount);
    ByteBuffer result = ByteBuffer.allocate(file.length - (rest - cut));
    result.put(file, 0, COUNT_AT).putShort((short) count);
    result
        .put(file, COUNT_AT + 2, cut - COUNT_AT - 2)
        .put(Arrays.copyOfRange(file, rest, file.length));
    return result.array();
  }

  /** Where the constants before number {@code count} end. */
  private static int endOfConstants(byte[] file, int count) {
    ByteBuffer in = ByteBuffer.wrap(file);
    int at = COUNT_AT + 2;
    for (int i = 1; i < count; i++) {
      int tag = in.get(at);
      at +=
          switch (tag) { // JVMS 4.4
            case 1 -> 3 + Short.toUnsignedInt(in.getShort(at + 1));
            case 5, 6 -> 9;
            case 15 -> 4;
            case 7, 8, 16, 19, 20 -> 3;
            default -> 5;
          };
      i += tag == 5 || tag == 6 ? 1 : 0;
    }
    return at;
  }
}
