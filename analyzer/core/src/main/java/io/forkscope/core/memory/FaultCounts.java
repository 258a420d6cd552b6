package io.forkscope.core.memory;

/**
 * Write faults by what they did. A fault on a huge page that is copied whole counts once.
 *
 * @param faults all write faults: copies, reuses and fills
 * @param copies faults that copied a page, file pages included
 * @param reuses faults in which the last owner of a page kept it
 * @param fills faults that made a page (or a folio) resident without copying
 * @param fileCopies of the copies, those of page-cache pages that became anonymous
 * @param copiedBytes bytes that the copies moved
 * @param splits huge pages whose mapping was split into base pages by a fault
 */
public record FaultCounts(
    long faults,
    long copies,
    long reuses,
    long fills,
    long fileCopies,
    long copiedBytes,
    long splits) {}
