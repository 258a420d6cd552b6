package io.forkscope.models.perl;

import static io.forkscope.core.model.Vocabulary.names;
import static io.forkscope.core.model.Vocabulary.on;
import static io.forkscope.core.model.Vocabulary.word;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import java.util.List;

/**
 * The words of Perl scenarios. Element {@code $i} of a population is built from its value with
 * {@code $i} counted from 0; {@code @d} or {@code %d} is the population that {@code on} names.
 * Formats hold one {@code %d} or {@code %0Nd}.
 */
final class PerlVocabulary {

  private PerlVocabulary() {}

  static Vocabulary words() {
    return new Vocabulary(
        kinds(),
        holders(),
        actions(), // whatever a child may do, the parent may do before the fork
        actions(),
        PerlCases.FORM.builderWords(),
        PerlCases.FORM.actionWords(),
        PerlCases.FORM.modifierWords());
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
        word("int", "$i + from", "from"),
        word("float", "$i + 0.5"),
        word(
            "string",
            "sprintf(format, $i), that x repeat, or \"…$i…\" with by=concat, which leaves its text"
                + " in $i too",
            "format",
            "by",
            "repeat"),
        word("array", "[part, …] made anew"),
        word("hash", "{key => part, …} made anew; keys separated by commas", "keys"),
        word("object", "a hash that is blessed", "keys"),
        word("pair", "key and value of a map holder, its two parts"));
  }

  private static List<Word> holders() {
    return List.of(
        word("returned", "@d = f(), where f fills its own array and returns it: copied once"),
        word("extended", "the same, and f sets $#r = count - 1 first"),
        word("array", "for my $i (0 .. count - 1) { $d[$i] = value }"),
        word("map", "for my $i (0 .. count - 1) { $d{key} = value }"));
  }

  private static List<Word> actions() {
    return List.of(
        word("nothing", "return"),
        on("count", "scalar(@d) or scalar(%d)"),
        on("iterate", "for my $x (@d) { }"),
        on("index", "for ($i = 0; $i < @d; $i += stride) { $d[$i] }", "stride"),
        on(
            "sample",
            "$d[$k], my $x = $d[$k] (touch=copy) or $d[$k] = $k (touch=assign) for count random $k;"
                + " uniform, hot (hot-share of them in the first hot-ratio of @d) or zipf",
            "count",
            "distribution",
            "hot-ratio",
            "hot-share",
            "touch"),
        on("copy-scalar", "for ($i…) { my $x = $d[$i] }"),
        on("length", "for ($i…) { $t += length($d[$i]) }"),
        on("equal", "for ($i…) { $t++ if $d[$i] eq 'zzz' }"),
        on("number", "for ($i…) { $t += $d[$i] }"),
        on("stringify", "for ($i…) { $t += length(\"$d[$i]\") }"),
        on("match", "for ($i…) { $t++ if $d[$i] =~ /z/ }"),
        on("capture", "for ($i…) { $t += length($1) if $d[$i] =~ /(.)/ }"),
        on("append", "for ($i…) { $d[$i] .= '-appended' }"),
        on("pop", "while (@d) { pop @d }"),
        on("grep", "grep { $_ eq 'z' } @d"),
        on("map", "map { 1 } @d"),
        on("copy", "my @e = @d"),
        on("sort", "my @e = sort @d"),
        on("sort-numeric", "my @e = sort { $a <=> $b } @d"),
        on("sort-block", "my @e = sort { $x <=> $b } @d, where $x is a text"),
        on("join", "length(join ',', @d)"),
        on("pass", "for ($i…) { f($d[$i]) }"),
        on("index-inner", "for ($i…) { $t += $d[$i][0] }"),
        on("write-inner", "for ($i…) { $d[$i][0] = $i }"),
        on("read-key", "for ($i…) { $t += $d[$i]{key} }, the first key"),
        on("write-key", "for ($i…) { $d[$i]{key} = $i }, the first key"),
        on("assign", "for ($i…) { $d[$i] = $i }, or $_ = 1 for values %d"),
        on("each", "while (my ($k, $v) = each %d) { }"),
        on("keys", "for my $k (keys %d) { }"),
        on("values", "for my $v (values %d) { }"),
        on("lookup", "for ($i…) { $t += $d{key} }"),
        on("exists", "for ($i…) { $t++ if exists $d{key} }"),
        on("delete", "for ($i…) { delete $d{key} }"),
        on("clear", "@d = () or %d = ()"),
        word("allocate", "count strings made and kept in a global array", "count"),
        word("import", "require of a module, for the first time", "module"),
        word(
            "exit",
            "exit(0), the last action of the only request: frees the program's code, blessed hashes,"
                + " and file lexicals that no function uses"));
  }
}
