package io.forkscope.core.verdict;

/**
 * The three attributions of one cause. They answer different questions and are shown together.
 *
 * @param id of the cause
 * @param kind of the taxonomy, lower case
 * @param explanation one sentence
 * @param source where the fact comes from
 * @param brokeFirst pages whose first write came from it
 * @param onlyToucher pages that would have stayed shared without it: exact counterfactual
 * @param sharedBlame pages it touched that some other cause touched too
 * @param writtenBytes bytes it wrote on inherited pages, rewrites of a byte counted again
 * @param collateralRatio clean share of the pages it broke, 0..1: bytes not written by it
 */
public record CauseLoss(
    String id,
    String kind,
    String explanation,
    String source,
    long brokeFirst,
    long onlyToucher,
    long sharedBlame,
    long writtenBytes,
    double collateralRatio) {}
