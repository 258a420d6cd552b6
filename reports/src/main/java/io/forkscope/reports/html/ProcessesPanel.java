package io.forkscope.reports.html;

import io.forkscope.core.verdict.ProcessUsage;
import io.forkscope.reports.internal.Amounts;
import io.forkscope.reports.internal.VisibleText;
import java.util.List;

/** What each process holds at the end, as smaps would say it. */
public final class ProcessesPanel implements Panel {

  private static final int MAX_ROWS = 200;

  @Override
  public String id() {
    return "processes";
  }

  @Override
  public String title() {
    return "Processes";
  }

  @Override
  public String template() {
    return "panels/processes.jte";
  }

  @Override
  public Object view(PanelContext context) {
    List<ProcessUsage> processes = context.verdict().processes();
    long most = processes.stream().mapToLong(ProcessUsage::rssBytes).max().orElse(0);
    return new View(
        processes.stream().limit(MAX_ROWS).map(p -> row(p, most)).toList(),
        Math.max(0, processes.size() - MAX_ROWS));
  }

  private static Row row(ProcessUsage p, long most) {
    return new Row(
        VisibleText.of(p.name()),
        Amounts.mebibyteNumberOfBytes(p.rssBytes()),
        Amounts.mebibyteNumberOfBytes(p.pssBytes()),
        Amounts.mebibyteNumberOfBytes(p.ussBytes()),
        Amounts.count(p.pageTableBytes() / 1024),
        Amounts.count(p.faults()),
        Amounts.count(p.copies()),
        Bars.attribute(Bars.length(p.rssBytes(), most)),
        Bars.attribute(Bars.length(p.pssBytes(), most)),
        Bars.attribute(Bars.length(p.ussBytes(), most)));
  }

  /**
   * What the template shows.
   *
   * @param rows parent first; may be empty
   * @param moreRows processes left out
   */
  public record View(List<Row> rows, int moreRows) {}

  /**
   * A process; amounts are numbers of MiB but for the page tables, which are KiB.
   *
   * @param name of it
   * @param rss resident
   * @param pss proportional
   * @param uss private
   * @param pageTables its page tables
   * @param faults write faults since the fork
   * @param copies of those, copies
   * @param rssLength of a bar
   * @param pssLength of a bar
   * @param ussLength of a bar
   */
  public record Row(
      String name,
      String rss,
      String pss,
      String uss,
      String pageTables,
      String faults,
      String copies,
      String rssLength,
      String pssLength,
      String ussLength) {}
}
