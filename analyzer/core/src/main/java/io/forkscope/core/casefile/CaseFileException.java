package io.forkscope.core.casefile;

/** A case file says something that cannot be taken: where, and what would do. */
public final class CaseFileException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * One line, {@code file:line:column: reason}; control characters of the file show as spaces.
   *
   * @param where file, line and column, from 1
   * @param reason what is wrong, and what to do
   */
  public CaseFileException(String where, String reason) {
    super((where + ": " + reason).replaceAll("\\p{Cntrl}", " "));
  }
}
