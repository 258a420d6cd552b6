package io.forkscope.models.ruby;

/**
 * The two tables of object ids: object to id, and back. Ids are given while the collector is held
 * off; an object that dies with an id is deleted from both. Source: CRuby 3.1.2 gc.c ({@code
 * cached_object_id}, {@code obj_free_object_id}).
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

  /** Gives an object its id. */
  void give(RubyProcess process) {
    toId.add(process);
    toObject.add(process);
  }

  /** Takes the id of an object that dies. */
  void take(RubyProcess process) {
    toId.delete(process);
    toObject.delete(process);
  }
}
