/**
 * Redis 7.0 while a child saves a snapshot: the parent goes on serving commands, and every page
 * that it writes is copied for as long as the child lives.
 *
 * <p>Keys, dict entries, values and the arguments of commands are placed by the model of the
 * allocator, command by command, in the order in which {@code networking.c}, {@code db.c} and
 * {@code t_*.c} take and free them. An overwritten value is not rewritten in place: the new one
 * lies where the allocator's cache has a free block, mostly where the value before it was freed. No
 * access time is written while a child lives (db.c, {@code lookupKey}), and no hash table is
 * resized (server.c, {@code updateDictResizePolicy}) unless it is overfull by six.
 *
 * <p>Not modelled: expiry, eviction, replication buffers, AOF, modules, active defragmentation,
 * hashes and lists beyond listpack encoding, several databases; other clients than one.
 */
@NullMarked
package io.forkscope.models.redis;

import org.jspecify.annotations.NullMarked;
