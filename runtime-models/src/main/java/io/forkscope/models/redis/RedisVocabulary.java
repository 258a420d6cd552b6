package io.forkscope.models.redis;

import static io.forkscope.core.model.Vocabulary.names;
import static io.forkscope.core.model.Vocabulary.on;
import static io.forkscope.core.model.Vocabulary.word;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import java.util.ArrayList;
import java.util.List;

/** The words of Redis scenarios: one request is one command of each action, in order. */
final class RedisVocabulary {

  private static final List<String> CHOICE =
      List.of("distribution", "hot-ratio", "hot-share", "exponent", "place");

  private RedisVocabulary() {}

  static Vocabulary words() {
    return new Vocabulary(
        kinds(),
        holders(),
        actions(),
        actions(),
        RedisCases.builderWords(),
        RedisCases.actionWords(),
        RedisCases.modifierWords());
  }

  static List<String> kindNames() {
    return names(kinds());
  }

  static List<String> holderNames() {
    return names(holders());
  }

  static List<String> actionNames() {
    return names(actions());
  }

  private static List<Word> kinds() {
    return List.of(
        word(
            "string",
            "a text of bytes (default 100) that is no number; text: same for all keys, or varied (the"
                + " default)",
            "bytes",
            "text",
            "key-bytes"),
        word("integer", "a number of 8 digits", "key-bytes"),
        word(
            "hash",
            "fields (default 8, at most 128) of bytes (default 20, at most 64) each",
            "fields",
            "bytes",
            "key-bytes"),
        word(
            "list",
            "elements (default 8, at most 128) of bytes (default 20) each",
            "elements",
            "bytes",
            "key-bytes"));
  }

  private static List<Word> holders() {
    return List.of(
        word("list", "made by a command each, as clients do, in order or shuffled"),
        word("populate", "made by DEBUG POPULATE, which sizes the hash table first"));
  }

  private static List<Word> actions() {
    return List.of(
        word("nothing", "no command; the server idles"),
        onKey("get", "GET of a key"),
        onKey("set", "SET of a key to a text (bytes: as its population's) or number", "bytes"),
        on("set-new", "SET of a key that was not there", "bytes"),
        onKey("delete", "DEL of a key"),
        onKey("set-range", "SETRANGE at offset (default 0), bytes (default 8)", "offset", "bytes"),
        onKey("append", "APPEND of bytes (default 8)", "bytes"),
        onKey("increment", "INCR of a number"),
        onKey("set-field", "HSET of field (default 0) to a text as long as before", "field"),
        onKey("push", "RPUSH of an element as long as the others"));
  }

  private static Word onKey(String name, String explanation, String... attributes) {
    List<String> all = new ArrayList<>(List.of(attributes));
    all.addAll(CHOICE);
    return on(name, explanation, all.toArray(String[]::new));
  }
}
