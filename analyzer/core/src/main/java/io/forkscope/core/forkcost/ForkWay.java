package io.forkscope.core.forkcost;

/** A way to make a child process. */
public enum ForkWay {
  /** fork; the child goes on with the parent's memory. */
  FORK("fork"),
  /** fork, and exec in the child. */
  FORK_EXEC("fork+exec"),
  /** vfork, and exec in the child; the parent waits for the exec. */
  VFORK_EXEC("vfork+exec"),
  /** posix_spawn: glibc 2.24 and later, clone(CLONE_VM | CLONE_VFORK) and exec. */
  POSIX_SPAWN("posix_spawn");

  private final String label;

  ForkWay(String label) {
    this.label = label;
  }

  /** How programmers call it, for example {@code fork+exec}. */
  public String label() {
    return label;
  }

  /** Whether the child begins with a copy of the parent's page tables. */
  public boolean copiesPageTables() {
    return this == FORK || this == FORK_EXEC;
  }
}
