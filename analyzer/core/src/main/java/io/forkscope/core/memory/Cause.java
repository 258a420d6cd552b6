package io.forkscope.core.memory;

/**
 * Why a write happens. Two causes are the same if their ids are.
 *
 * @param id dotted lower-case name, unique across models, for example {@code cpython.refcount}
 * @param kind where it stands in the taxonomy
 * @param explanation one sentence for people
 * @param source file and version, or measurement, that shows the write
 */
public record Cause(String id, CauseKind kind, String explanation, String source) {

  /** Checks that the cause can be reported. */
  public Cause {
    if (!id.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*")) {
      throw new IllegalArgumentException("cause id is not dotted lower case: " + id);
    }
    if (explanation.isBlank() || source.isBlank()) {
      throw new IllegalArgumentException("cause " + id + " lacks an explanation or a source");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cause that && that.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
