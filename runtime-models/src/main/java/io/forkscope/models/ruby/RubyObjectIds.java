package io.forkscope.models.ruby;

/**
 * The two tables of object ids: object to id, and back. Ids are given while the collector is held
 * off; an object that dies with an id is deleted from both. Source: CRuby 3.1.2 gc.c ({@code
 * cached_object_id}, {@code obj_free_object_id}, {@code gc_move}, {@code gc_update_references}).
 */
final class RubyObjectIds {

  private final RubyTable toId;
  private final RubyTable toObject;

  RubyObjectIds() {
    toId = new RubyTable(false);
    toObject = new RubyTable(false);
  }

  private RubyObjectIds(RubyObjectIds parent) {
    toId = parent.toId.copy();
    toObject = parent.toObject.copy();
  }

  RubyObjectIds copy() {
    return new RubyObjectIds(this);
  }

  /** Gives an object its id; which one it is among all that were ever given. */
  long give(RubyProcess process) {
    long number = toObject.added();
    toId.add(process);
    toObject.add(process);
    return number;
  }

  /**
   * An object was moved: it is another key in one table, and another value in the other. One that
   * is moved again is assumed to have its first entry.
   */
  void move(RubyProcess process, long number) {
    toId.delete(process, number);
    toId.add(process);
    toObject.rewrite(process, number);
  }

  /** Takes the id of an object that dies. */
  void take(RubyProcess process) {
    toId.delete(process);
    toObject.delete(process);
  }
}
