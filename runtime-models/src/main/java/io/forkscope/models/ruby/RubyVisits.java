package io.forkscope.models.ruby;

import io.forkscope.core.scenario.Value;
import java.util.List;

/**
 * What an action comes to within an element, beside the element itself. Source: CRuby 3.1.2 hash.c
 * ({@code any_hash}, {@code inspect_hash}), struct.c ({@code rb_struct_hash}, {@code
 * inspect_struct}), object.c ({@code rb_obj_inspect}), marshal.c ({@code w_object}), json 2.6.1
 * generator.c ({@code generate_json}: what is neither array nor hash has its {@code to_s}).
 *
 * @param hashes whether it walks hashes
 * @param strings whether it looks for the code ranges of strings
 * @param objects how many objects it asks for their hash, which is made of an id
 */
record RubyVisits(boolean hashes, boolean strings, int objects) {

  private static final RubyVisits NONE = new RubyVisits(false, false, 0);

  /** How it goes on within a value. */
  private enum Way {
    HASH,
    JSON,
    INSPECT,
    MARSHAL
  }

  /** What a verb comes to within an element, or within the value of a pair. */
  static RubyVisits within(String verb, Value element) {
    boolean pair = element.kind().equals("pair");
    Value value = pair ? element.parts().get(1) : element;
    Way way =
        switch (verb) {
          case "hashv" -> Way.HASH;
          case "json" -> Way.JSON;
          case "marshal" -> Way.MARSHAL;
          default -> Way.INSPECT;
        };
    boolean goesIn = way != Way.INSPECT || verb.equals("tosym");
    if (!goesIn || (verb.equals("tosym") && !pair && value.kind().equals("object"))) {
      return NONE;
    }
    return pair ? of(way, value) : ofParts(way, value);
  }

  private static RubyVisits of(Way way, Value value) {
    boolean scans = way == Way.HASH || way == Way.JSON;
    RubyVisits parts = ofParts(way, value);
    return switch (value.kind()) {
      case "str" -> new RubyVisits(false, scans, 0);
      case "record" -> new RubyVisits(true, scans, 0);
      case "hash" -> new RubyVisits(true, parts.strings, parts.objects);
      case "object" -> way == Way.HASH ? new RubyVisits(false, false, 1) : parts;
      default -> parts;
    };
  }

  private static RubyVisits ofParts(Way way, Value value) {
    boolean object = value.kind().equals("object");
    if (object && (way == Way.HASH || way == Way.JSON)) {
      return NONE;
    }
    Way on = way == Way.JSON && value.kind().equals("struct") ? Way.INSPECT : way;
    List<RubyVisits> parts = value.parts().stream().map(part -> of(on, part)).toList();
    return new RubyVisits(
        parts.stream().anyMatch(RubyVisits::hashes),
        parts.stream().anyMatch(RubyVisits::strings),
        parts.stream().mapToInt(RubyVisits::objects).sum());
  }
}
