package io.forkscope.javaagent;

import io.forkscope.events.AllocationsEvent;
import java.util.Arrays;

/**
 * Gathers the allocations of one thread by window and site, until they are committed as events.
 *
 * <p>An open-addressing table with linear probing, never more than {@value #FULL} of {@value
 * #SLOTS} slots used; all of it is committed when it is full, or when the clock's stamp changes. A
 * window's allocations may so be spread over several events, which add up.
 */
final class AllocationBatch {
  private static final int SLOTS = 512;
  private static final int FULL = 384;
  private static final int WINDOW = AllocationsEvent.WINDOW_BYTES;
  private static final int GRANULE = AllocationsEvent.GRANULE_BYTES;

  private final AllocationRecorder recorder;
  private final long threadId;
  private final long[] window = new long[SLOTS];
  private final int[] site = new int[SLOTS];
  private final long[] granules = new long[SLOTS]; // 0 where the slot is free
  private final long[] objects = new long[SLOTS];
  private final long[] bytes = new long[SLOTS];
  private final long[] first = new long[SLOTS];
  private final long[] end = new long[SLOTS];
  private int used;
  private long stamp;

  AllocationBatch(AllocationRecorder recorder, long threadId) {
    this.recorder = recorder;
    this.threadId = threadId;
  }

  AllocationRecorder recorder() {
    return recorder;
  }

  /** Commits what was gathered under an older stamp. */
  void under(long newStamp) {
    if (stamp != newStamp) {
      commit();
      stamp = newStamp;
    }
  }

  /** Adds one object; it may cross windows. */
  void add(int atSite, long address, long objectBytes) {
    long objectEnd = address + objectBytes;
    long from = address;
    while (from < objectEnd) {
      long base = from & -WINDOW;
      long to = Math.min(objectEnd, base + WINDOW);
      add(slot(base, atSite), from, to, from == address ? 1 : 0);
      from = to;
    }
  }

  private int slot(long base, int atSite) {
    if (used >= FULL) {
      commit();
    }
    int slot = (int) ((base >>> 18) * 31 + ((atSite * 0x9E3779B9L) >>> 7)) & (SLOTS - 1);
    while (granules[slot] != 0 && (window[slot] != base || site[slot] != atSite)) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (granules[slot] == 0) {
      used++;
      window[slot] = base;
      site[slot] = atSite;
      objects[slot] = 0;
      bytes[slot] = 0;
      first[slot] = Long.MAX_VALUE;
      end[slot] = 0;
    }
    return slot;
  }

  private void add(int slot, long from, long to, int starts) {
    int firstBit = (int) (from - window[slot]) / GRANULE;
    int lastBit = (int) (to - 1 - window[slot]) / GRANULE;
    granules[slot] |= (-1L >>> (63 - (lastBit - firstBit))) << firstBit;
    objects[slot] += starts;
    bytes[slot] += to - from;
    first[slot] = Math.min(first[slot], from);
    end[slot] = Math.max(end[slot], to);
  }

  /** Commits one event a slot and empties the table. */
  void commit() {
    if (used == 0) {
      return;
    }
    long allObjects = 0;
    long allBytes = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (granules[slot] != 0) {
        allObjects += objects[slot];
        allBytes += bytes[slot];
        commit(slot);
      }
    }
    Arrays.fill(granules, 0);
    used = 0;
    recorder.recorded(allObjects, allBytes);
  }

  private void commit(int slot) {
    SiteTable.Site where = recorder.site(site[slot]);
    AllocationsEvent event = new AllocationsEvent();
    event.window = window[slot];
    event.granules = granules[slot];
    event.objectClass = where.objectClass();
    event.site = where.place();
    event.objects = objects[slot];
    event.bytes = bytes[slot];
    event.firstAddress = first[slot];
    event.endAddress = end[slot];
    event.phase = Clock.phase(stamp);
    event.epoch = Clock.epoch(stamp);
    event.allocatingThread = threadId;
    event.commit();
  }
}
