package io.forkscope.core.memory;

/**
 * The attributions of one cause in one process since its fork. Pages are base pages; a huge page
 * that is copied whole counts as 512.
 *
 * @param cause of the writes
 * @param brokeFirst broken pages whose first write came from it
 * @param onlyToucher broken pages that would have stayed shared without it
 * @param sharedBlame broken pages that it wrote and another cause wrote too
 * @param touchedPages pages of private mappings that it wrote, new ones included
 * @param writtenBytes bytes that it wrote there, rewrites of a byte counted again
 */
public record CauseCount(
    Cause cause,
    long brokeFirst,
    long onlyToucher,
    long sharedBlame,
    long touchedPages,
    long writtenBytes) {

  /**
   * The clean share of the pages it touched, 0..1: at least this part of their bytes it did not
   * write. A lower bound, since a byte written twice counts twice.
   */
  public double collateralRatio() {
    double bytes = (double) touchedPages * PageSize.BASE_BYTES;
    return bytes == 0 ? 0 : Math.max(0, 1 - writtenBytes / bytes);
  }
}
