package io.forkscope.models.redis;

import io.forkscope.core.memory.Cause;
import io.forkscope.core.memory.CauseKind;
import java.util.List;

/** Why a Redis server and its saving child write. */
final class RedisCauses {

  static final Cause VALUE =
      new Cause(
          "redis.value",
          CauseKind.MUTATION,
          "The bytes of a value that a command stores, appends or overwrites.",
          "Redis 7.0.15 src/sds.c sdsnewlen, sdscatlen; src/listpack.c lpInsert");

  static final Cause OBJECT =
      new Cause(
          "redis.object",
          CauseKind.MUTATION,
          "The object of a value: made anew by SET, its pointer stored again by commands that change"
              + " the value in place; with a list's head and last node.",
          "Redis 7.0.15 src/object.c createObject; src/t_string.c setrangeCommand; quicklist.c");

  static final Cause ENTRY =
      new Cause(
          "redis.entry",
          CauseKind.MUTATION,
          "The dict entry of a key: a new entry, its value pointer, or the next pointer of the entry"
              + " before a deleted one.",
          "Redis 7.0.15 src/db.c dbOverwrite; src/dict.c dictAddRaw, dictGenericDelete");

  static final Cause KEY =
      new Cause(
          "redis.key",
          CauseKind.ALLOCATION,
          "The name of a new key, which the database keeps as a copy of its own.",
          "Redis 7.0.15 src/db.c dbAdd, sdsdup");

  static final Cause TABLE =
      new Cause(
          "redis.table",
          CauseKind.MUTATION,
          "Slots of the hash table of keys: heads of chains, and rehashing.",
          "Redis 7.0.15 src/dict.c dictAddRaw, dictRehash");

  static final Cause CLIENT =
      new Cause(
          "redis.client",
          CauseKind.ALLOCATION,
          "Arguments of commands, which live as long as the command.",
          "Redis 7.0.15 src/networking.c processMultibulkBuffer");

  static final Cause ALLOCATOR =
      new Cause(
          "redis.allocator",
          CauseKind.ALLOCATION,
          "The allocator's own data: slab headers and page map of jemalloc, chunk headers of glibc.",
          "jemalloc 5.3.0 src/arena.c, edata.h; glibc 2.36 malloc/malloc.c");

  static final Cause SERVER =
      new Cause(
          "redis.server",
          CauseKind.INTERPRETER,
          "What the server writes whatever it is asked: event loop, cron, statistics, query and"
              + " reply buffer, stack.",
          "measured: redis-server 7.0.15 idle and with GETs only, pages by frame number, Linux 6.18");

  static final Cause FORK =
      new Cause(
          "redis.fork",
          CauseKind.FORK,
          "What fork itself writes on either side: allocator locks, libc, the child's set-up.",
          "measured: redis-server 7.0.15 right after BGSAVE, pages by frame number, Linux 6.18");

  static final Cause SAVE =
      new Cause(
          "redis.save",
          CauseKind.ALLOCATION,
          "What the child writes to save: file buffer, checksum, compression buffer, statistics.",
          "measured: child of redis-server 7.0.15, pages by frame number, Linux 6.18");

  private RedisCauses() {}

  static List<Cause> all() {
    return List.of(VALUE, OBJECT, ENTRY, KEY, TABLE, CLIENT, ALLOCATOR, SERVER, FORK, SAVE);
  }
}
