/**
 * Made the recordings beside it. Allocates 24 MiB in a heap of 16 MiB, a sixteenth of it reachable
 * for a while:
 *
 * <pre>
 *   javac -d . SmallHeap.java
 *   for gc in Serial Parallel G1; do
 *     java -XX:+Use${gc}GC -Xms16m -Xmx16m -Xmn6m \
 *       -XX:StartFlightRecording=filename=small-${gc,,}.jfr,settings=small.jfc SmallHeap
 *   done
 * </pre>
 *
 * with OpenJDK 17.0.15.
 */
public class SmallHeap {
  public static void main(String[] arguments) throws Exception {
    Object[] ring = new Object[1000];
    long seed = 1;
    long left = 24 << 20;
    while (left > 0) {
      seed = seed * 6364136223846793005L + 1442695040888963407L;
      byte[] block = new byte[16 + (int) (seed >>> 40 & 511)];
      if ((seed >>> 20 & 15) == 0) {
        ring[(int) (seed >>> 24 & 0xffff) % ring.length] = block;
      }
      left -= block.length + 16;
    }
    System.out.println(ring.length);
  }
}
