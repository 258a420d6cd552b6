package io.forkscope.core.recording;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Texts kept once and named by an index; index 0 is the empty text. */
final class Dictionary {

  private final Map<String, Integer> indices = new HashMap<>();
  private final List<String> texts = new ArrayList<>();

  Dictionary() {
    indexOf("");
  }

  int indexOf(String text) {
    Integer known = indices.get(text);
    if (known != null) {
      return known;
    }
    indices.put(text, texts.size());
    texts.add(text);
    return texts.size() - 1;
  }

  String text(int index) {
    return texts.get(index);
  }
}
