package io.forkscope.models.cpython;

import static io.forkscope.core.model.Vocabulary.on;
import static io.forkscope.core.model.Vocabulary.word;

import io.forkscope.core.model.Vocabulary;
import io.forkscope.core.model.Vocabulary.Word;
import java.util.List;

/**
 * The words of CPython scenarios.
 *
 * <p>Element {@code i} of a population is built from its {@link io.forkscope.core.scenario.Value}
 * with {@code i} counted from 0. Formats are Python's {@code %} formats with one {@code %d} or
 * {@code %0Nd}. Each step means the Python statement given in its explanation, where {@code d} is
 * the population named by {@code on} and {@code x} each of its elements in the holder's order.
 * Whatever a step creates with {@code keep} stays alive in a module-level list.
 */
final class CPythonVocabulary {

  private CPythonVocabulary() {}

  static Vocabulary words() {
    return new Vocabulary(
        kinds(),
        holders(),
        preparations(),
        actions(),
        CPythonCases.builderWords(),
        CPythonCases.actionWords(),
        CPythonCases.modifierWords());
  }

  private static List<Word> kinds() {
    return List.of(
        word(
            "int",
            "from + i, or from + i % modulo; one object for all if same is true",
            "from",
            "modulo",
            "same"),
        word("float", "from + i", "from"),
        word(
            "str", "(format % i) * repeat, or format % (i % modulo)", "format", "repeat", "modulo"),
        word("bytes", "(format % i) * repeat as bytes", "format", "repeat"),
        word("none", "None"),
        word("true", "True"),
        word("char", "a one-character str, the (i % 26)th letter"),
        word("literal", "one str constant of the program, the same object each time", "text"),
        word("empty-tuple", "()"),
        word("builtin-type", "the type int"),
        word("heap-type", "a class of the program"),
        word("tuple", "a tuple of its parts"),
        word("list", "a list display of its parts"),
        word("set", "a set of its parts"),
        word("frozenset", "frozenset of a tuple of its parts"),
        word(
            "dict",
            "a dict display; keys are names separated by commas, parts their values",
            "keys"),
        word("object", "an instance with a __dict__; keys are set in order by __init__", "keys"),
        word(
            "slots",
            "an instance with __slots__ = keys, and '__weakref__' if weakref is true",
            "keys",
            "weakref"),
        word(
            "function", "a function of its own code object, made by exec: 12 rounds of a for loop"),
        word(
            "closure",
            "a function f(x) of shared code that returns its part, which its cell holds"),
        word("cycle", "a list that holds a list that holds it"),
        word("choice", "the first part where i % every == 0, the second elsewhere", "every"),
        word("pair", "key and value of a dict holder, its two parts"),
        word("byte", "one byte of a buffer holder"));
  }

  private static List<Word> holders() {
    return List.of(
        word("list", "[… for i in range(count)]"),
        word("dict", "dict((key, value) for i in range(count))"),
        word("set", "set(… for i in range(count))"),
        word(
            "deque",
            "collections.deque(… for i in range(count)), from 3.6 on; neither shuffled nor thinned out"),
        word("array", "array.array('l', range(count))"),
        word("bytes", "b'x' * count"),
        word("bytearray", "bytearray(count)"),
        word("mmap", "a private anonymous mmap of count bytes, filled"));
  }

  private static List<Word> preparations() {
    return List.of(
        word("warm-up", "takes the actions once on another population of count elements", "count"),
        word("collect", "gc.collect(generation), times times", "times", "generation"),
        word("disable-collector", "gc.disable()"),
        word("freeze", "gc.freeze()"),
        word("hash", "for x in d: hash(x)", "on"),
        word("import", "imports modules, separated by commas", "modules"));
  }

  private static List<Word> actions() {
    return List.of(
        word("nothing", "pass"),
        on("iterate", "for x in d: pass"),
        on("length", "len(d)"),
        on("index", "for i in range(0, len(d), stride): d[i]", "stride"),
        on("index-first", "d[0], times times", "times"),
        on(
            "sample",
            "d[k] for count random k; uniform: k = r.randrange(len(d)); permutation: the first count"
                + " of a shuffled range; hot: r.randrange(int(len(d) * hot-ratio)) if r.random() <"
                + " hot-share else r.randrange(len(d)); zipf: int(len(d) ** r.random()) - 1. r ="
                + " random.Random(seed) is made at the process's first request and goes on",
            "count",
            "seed",
            "distribution",
            "hot-ratio",
            "hot-share"),
        on("sum", "sum(d)"),
        on("sorted", "sorted(d); with key, key=lambda x: x.key, x['key'] or x[key] by kind", "key"),
        on("sort", "d.sort(), with a key as in sorted", "key"),
        on(
            "contains",
            "-1 in d; with element, a new object equal to the i = element-th",
            "element"),
        on("copy", "d[:], for a dict or set holder d.copy(); dropped at once"),
        on("slice", "d[:count]; dropped at once", "count"),
        on("any", "any(d)"),
        on("max", "max(d)"),
        on("comprehension", "[x for x in d]; dropped at once"),
        on("filter", "[x for x in d if x]; dropped at once"),
        on("enumerate", "for i, x in enumerate(d): pass"),
        on("zip", "for x in zip(d, d): pass"),
        on("reverse-iterate", "for x in reversed(d): pass"),
        on("unpack", "for a, b in d: pass"),
        on("find-last", "d.index(d[-1])"),
        on("count-absent", "d.count('nope'); for buffers the absent byte y"),
        on("equals", "d == d"),
        on("repr", "repr(d)"),
        on("join", "''.join(d)"),
        on("read-attribute", "for x in d: x.name", "name"),
        on("write-attribute", "for x in d: x.name = 0", "name"),
        on("read-namespace", "for x in d: x.__dict__"),
        on("write-item", "for x in d: x[key] = None", "key"),
        on("contains-key", "for x in d: key in x", "key"),
        on("walk", "for x in d: x['id']; x['name']; for t in x['tags']: pass; x['pos']['x']"),
        on("weak-reference", "KEEP = [weakref.ref(x) for x in d]"),
        on("keys", "for k in d: pass"),
        on("values", "for v in d.values(): pass"),
        on("items", "for kv in d.items(): pass"),
        on(
            "lookup",
            "d[key] for the key of every i in order, or of count random i",
            "count",
            "seed"),
        on("hash", "for x in d: hash(x)"),
        on("type", "for x in d: type(x)"),
        on("isinstance", "for x in d: isinstance(x, int)"),
        on("is-none", "for x in d: x is None"),
        on("count-references", "for x in d: sys.getrefcount(x)"),
        on("upper", "for x in d: x.upper()"),
        on("to-str", "for x in d: str(x)"),
        on("add", "for x in d: x + 1"),
        on("multiply", "t = 0.0; for x in d: t += x * 2.0"),
        on("call", "for x in d: x(3), times times each", "times"),
        on("json", "import json; json.dumps(d)"),
        on("pickle", "import pickle; pickle.dumps(d, protocol), 2 if none is named", "protocol"),
        on("shallow-copy", "import copy; for x in d: copy.copy(x)"),
        on("deepcopy", "import copy; copy.deepcopy(d)"),
        on("append", "d.append(0)"),
        on("delete", "del d[:], or del d[::every]", "every"),
        on("read-buffer", "one byte of every stride", "stride"),
        on("write-buffer", "d[i] = 1 for i in range(0, len(d), stride)", "stride"),
        word("collect", "gc.collect(), times times", "times"),
        word("freeze", "gc.freeze()"),
        word("list-objects", "len(gc.get_objects())"),
        word(
            "allocate",
            "[… for i in range(count)] of kind float, float-list ([i + from]), int, str or empty-list; kept, or each dropped"
                + " before the next is made if keep is false, or all dropped once such a step has made"
                + " others if keep is last",
            "kind",
            "count",
            "keep",
            "from",
            "format",
            "repeat"),
        word(
            "serve",
            "a request of a worker: retain empty lists are kept; count records, drawn by"
                + " r = random.Random(seed) as sample draws them (uniform, hot, zipf) or every one"
                + " (all), are read as {'id', 'name', 'list(tags)', 'x': pos['x']}; json.dumps of"
                + " the list",
            "on",
            "count",
            "seed",
            "retain",
            "distribution",
            "hot-ratio",
            "hot-share"),
        word("import", "imports modules, separated by commas", "modules"),
        word("log", "import logging; basicConfig on /dev/null; one warning"),
        word("regex", "import re; re.match(r'^(\\w+)-(\\d{3,})\\s*$', 'abc-1234')"),
        word("raise", "raises and catches a ValueError"),
        word("thread", "imports threading, starts a thread and joins it"),
        word("subprocess", "subprocess.call(['/bin/true'])"),
        word("posix-spawn", "os.posix_spawn of /bin/true, waited for; from 3.8 on"),
        word("socket", "opens and closes a socket"),
        word("open", "reads /dev/null"),
        word("print", "writes to stdout and flushes"),
        word("sleep", "time.sleep(0.001)"));
  }
}
