package dev.fairlead.balance;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers for keys where they went: a cache of fixed size with sets of eight entries, a long each,
 * read and written by all loops without a lock. It may forget, and once in some thousand keys take one
 * for another of the same set; both cost locality, never correctness. Of two writes to an entry at the
 * same moment one is lost.
 *
 * <p>An entry: 16 bits of the key's hash, the server's index plus 1, when it was last used, when it was
 * made. Times count in {@value #UNITS} units an expiry, modulo 2¹⁶: an entry that was not used for 63
 * expiries, nor written over, may be taken for a new one once in 64.
 */
final class LocalityTable {
  static final int WAYS = 8;
  private static final int UNITS = 1024;
  private static final int GREATEST_INDEX = 0xfffe;

  private final AtomicLongArray entries;
  private final int sets;
  private final long unitNanos;

  /**
   * @param capacity how many entries at least
   * @param expiryNanos after how long without use an entry is void
   */
  LocalityTable(int capacity, long expiryNanos) {
    int rounded = Math.max(1, Integer.highestOneBit((capacity - 1) / WAYS) << 1);
    this.sets = capacity <= WAYS ? 1 : rounded;
    this.entries = new AtomicLongArray(sets * WAYS);
    this.unitNanos = Math.max(1, expiryNanos / UNITS);
  }

  int capacity() {
    return entries.length();
  }

  /** The time of an entry made now. */
  int time(long nanos) {
    return (int) Math.floorDiv(nanos, unitNanos) & 0xffff;
  }

  /** The first of the eight entries that may be a hash's. */
  int first(long hash) {
    return ((int) (hash >>> 32) & (sets - 1)) * WAYS;
  }

  long get(int at) {
    return entries.getOpaque(at);
  }

  /** Whether an entry is this hash's, and not void. */
  boolean valid(long entry, long hash, int now) {
    return entry != 0 && entry >>> 48 == (hash & 0xffff) && !expired(entry, now);
  }

  boolean expired(long entry, int now) {
    return age((int) (entry >>> 16) & 0xffff, now) >= UNITS;
  }

  /** Whether an entry was made an expiry ago, or longer. */
  boolean old(long entry, int now) {
    return age((int) entry & 0xffff, now) >= UNITS;
  }

  private static int age(int then, int now) {
    int age = (now - then) & 0xffff;
    return age >= 0x10000 - UNITS ? 0 : age; // another loop's clock, a little ahead
  }

  /** The server's index. */
  static int index(long entry) {
    return ((int) (entry >>> 32) & 0xffff) - 1;
  }

  void put(int at, long hash, int index, int now) {
    if (index <= GREATEST_INDEX) {
      entries.setOpaque(at, (hash & 0xffff) << 48 | (index + 1L) << 32 | (long) now << 16 | now);
    }
  }

  /** Notes the use of an entry; writes only when the time has moved on. */
  void used(int at, long entry, int now) {
    if (((entry >>> 16) & 0xffff) != now) {
      entries.setOpaque(at, (entry & ~0xffff0000L) | (long) now << 16);
    }
  }

  /** Makes an entry as new as if it were made now. */
  void renew(int at, long entry, int now) {
    entries.setOpaque(at, (entry & ~0xffffL) | now);
  }

  void clear(int at) {
    entries.setOpaque(at, 0);
  }

  /** Where a new entry may go: a void one, else the one not used for longest. */
  int victim(int first, int now) {
    int victim = first;
    int oldest = -1;
    for (int at = first; at < first + WAYS; at++) {
      long entry = get(at);
      int age = entry == 0 ? Integer.MAX_VALUE : age((int) (entry >>> 16) & 0xffff, now);
      if (age > oldest) {
        oldest = age;
        victim = at;
      }
    }
    return victim;
  }
}
