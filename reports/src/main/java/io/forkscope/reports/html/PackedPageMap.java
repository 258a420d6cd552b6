package io.forkscope.reports.html;

import io.forkscope.core.verdict.PageMap;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.zip.Deflater;

/**
 * The cells of a page map, deflated and in base64, small enough for the page. A map that will not
 * fit loses its object kinds first, then its epochs, then resolution, until it does: each halving
 * of the cells at least halves what can be told, so this ends. What was left out is said.
 *
 * @param cells number of cells
 * @param shift a cell stands for 2^shift pages
 * @param hasKinds whether the plane of object kinds is there
 * @param hasEpochs whether the plane of epochs is there
 * @param epochDivisor epochs that share a value
 * @param base64 zlib stream of the planes, then the stretches
 */
public record PackedPageMap(
    int cells, int shift, boolean hasKinds, boolean hasEpochs, int epochDivisor, String base64) {

  /** Bytes of the zlib stream; base64 makes 4/3 of them. */
  static final int MAX_PACKED_BYTES = 430_000;

  /** Packs as much of a map as fits. */
  static PackedPageMap of(PageMap map, int epochCount) {
    for (int shift = 0; ; shift++) {
      PageCells cells = PageCells.of(map, epochCount, shift);
      for (int planes = 3; planes >= 1; planes--) {
        byte[] packed = pack(cells, planes >= 2, planes >= 3);
        if (packed.length <= MAX_PACKED_BYTES) {
          return new PackedPageMap(
              cells.count(),
              cells.shift,
              planes >= 3,
              planes >= 2,
              cells.epochDivisor,
              Base64.getEncoder().encodeToString(packed));
        }
      }
      shift = Math.max(shift, cells.shift);
    }
  }

  private static byte[] pack(PageCells cells, boolean withEpochs, boolean withKinds) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      plain.writeBytes(cells.states);
      if (withEpochs) {
        plain.writeBytes(cells.epochs);
      }
      if (withKinds) {
        plain.writeBytes(cells.kinds);
      }
      plain.writeBytes(cells.stretches());
      deflater.setInput(plain.toByteArray());
      deflater.finish();
      byte[] buffer = new byte[1 << 16];
      while (!deflater.finished()) {
        packed.write(buffer, 0, deflater.deflate(buffer));
      }
      return packed.toByteArray();
    } finally {
      deflater.end();
    }
  }
}
