package io.forkscope.models.ruby;

import io.forkscope.core.model.Vocabulary.Word;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The actions of Ruby scenarios, and the Ruby each stands for; {@code d} is the population. */
final class RubyVerbs {

  private static final Map<String, String> CODE = code();

  /** Every action. */
  static final Set<String> NAMES = CODE.keySet();

  private RubyVerbs() {}

  private static Map<String, String> code() {
    Map<String, String> c = new LinkedHashMap<>();
    c.put("noop", "nil");
    c.put("each", "d.each { |x| }");
    c.put("index", "i = 0; n = d.size; while i < n; d[i]; i += 1; end");
    c.put("sum", "d.sum");
    c.put("length", "d.each { |x| x.length }");
    c.put("eq", "d.count { |x| x == 'zzz' }");
    c.put("ascii", "d.each { |x| x.ascii_only? }");
    c.put("match", "d.each { |x| x =~ /z/ }");
    c.put("hashv", "d.each { |x| x.hash }");
    c.put("sort", "d.sort.size");
    c.put("dup", "d.each { |x| x.dup }");
    c.put("substr", "d.each { |x| x[5, 200] }");
    c.put("toi", "d.each { |x| x.to_i }");
    c.put("tosym", "d.each { |x| x.to_s }");
    c.put("attr", "d.each { |x| x.x }");
    c.put("oid", "d.each { |x| x.object_id }");
    c.put("freeze", "d.each { |x| x.freeze }");
    c.put("lookup", "d.size.times { |i| d[\"key-%09d\" % i] }");
    c.put("keys", "d.each { |k, v| }");
    c.put("json", "JSON.generate(d).size");
    c.put("marshal", "Marshal.dump(d).size");
    c.put("gc", "GC.start");
    c.put("gc4", "4.times { GC.start }");
    c.put("minor", "GC.start(full_mark: false)");
    c.put("compact", "GC.compact");
    c.put("alloc", "200000.times { |i| \"x#{i}\" }");
    c.put("call", "3000.times { |i| d.send(\"m#{i}\") }");
    return c;
  }

  /** The statement of an action. */
  static String code(String verb) {
    String code = CODE.get(verb);
    if (code == null) {
      throw new IllegalArgumentException("no such action: " + verb);
    }
    return code;
  }

  static List<Word> words() {
    return CODE.entrySet().stream()
        .map(e -> new Word(e.getKey(), e.getValue(), List.of("on")))
        .toList();
  }
}
