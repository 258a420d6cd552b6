package io.forkscope.reports.html;

/**
 * One section of the page: a class that picks from the verdict, a template that shows it, and a
 * line in {@link Panels}. A panel that has nothing to show says so in its template; it never
 * vanishes silently.
 */
public interface Panel {

  /** Anchor of the section, lower case, unique on the page. */
  String id();

  /** Heading of the section and its name in the page's navigation. */
  String title();

  /** Name of the template, for example {@code panels/regions.jte}; its one parameter is a view. */
  String template();

  /**
   * What the template shows, ready to be printed: no arithmetic is left to it.
   *
   * @param context the verdict and the colours of its causes
   */
  Object view(PanelContext context);
}
