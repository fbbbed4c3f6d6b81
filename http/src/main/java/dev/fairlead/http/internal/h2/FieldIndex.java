package dev.fairlead.http.internal.h2;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Finds entries of an encoder's dynamic table by name, and by name and value. Entries of the same slot
 * are chained from the newest to the oldest; since the table drops the oldest first, a chain simply ends
 * at the first one that is gone, and nothing needs to be removed. It grows with the table. On one event loop
 * only.
 */
final class FieldIndex {
  /** Spreads hashes over the upper bits. */
  static final int SPREAD = 0x9e3779b9;

  static final int NONE = -1;

  private static final int FIRST_BITS = 4;

  private static final long SPREAD_LONG = 0x9e3779b97f4a7c15L;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private final DynamicTable table;
  private Chains names = new Chains(FIRST_BITS);
  private Chains fields = new Chains(FIRST_BITS);

  /**
   * An index of nothing.
   *
   * @param table what is indexed; every entry that is added to it must be {@link #added} here
   */
  FieldIndex(DynamicTable table) {
    this.table = table;
  }

  /**
   * A hash over bytes, eight at a time.
   *
   * @param before the hash of what stands before them, or 0
   */
  static int hash(int before, byte[] b, int from, int length) {
    long hash = before ^ length;
    int end = from + length;
    int at = from;
    for (; end - at > 8; at += 8) {
      hash = mix(hash, (long) LONG.get(b, at));
    }
    if (length >= 8) {
      // The last eight, of which some may have been seen before.
      hash = mix(hash, (long) LONG.get(b, end - 8));
    } else {
      long rest = 0;
      for (; at < end; at++) {
        rest = (rest << 8) | (b[at] & 0xff);
      }
      hash = mix(hash, rest);
    }
    return (int) (hash ^ (hash >>> 32));
  }

  private static long mix(long hash, long word) {
    return (Long.rotateLeft(hash, 5) ^ word) * SPREAD_LONG;
  }

  /** Takes the table's newest entry into the index. */
  void added(int nameHash, int fieldHash) {
    if (table.count() > names.room()) {
      names = names.grown(table);
      fields = fields.grown(table);
    }
    names.put(table.last(), nameHash);
    fields.put(table.last(), fieldHash);
  }

  /** {@return how many entries are newer than the one with this name, or {@link #NONE}} */
  int findName(int hash, byte[] name, int length) {
    int age = names.first(table, hash);
    while (age != NONE && !named(age, name, length)) {
      age = names.next(table, hash, age);
    }
    return age;
  }

  /** {@return how many entries are newer than the one with this name and value, or {@link #NONE}} */
  int findField(int hash, byte[] name, int nameLength, byte[] value, int from, int length) {
    int age = fields.first(table, hash);
    while (age != NONE && !(valued(age, value, from, length) && named(age, name, nameLength))) {
      age = fields.next(table, hash, age);
    }
    return age;
  }

  private boolean named(int age, byte[] name, int length) {
    int at = table.nameFrom(age);
    return Arrays.equals(table.bytes(), at, at + table.nameLength(age), name, 0, length);
  }

  private boolean valued(int age, byte[] value, int from, int length) {
    int at = table.valueFrom(age);
    return Arrays.equals(
        table.bytes(), at, at + table.valueLength(age), value, from, from + length);
  }

  /** Entries by their hash. */
  private static final class Chains {
    private final int bits;
    private final int shift;
    /** For each slot: the number of its newest entry. */
    private final int[] heads;
    /** For each entry, by the last bits of its number: its hash, and the number of the next older one. */
    private final int[] hashes;

    private final int[] older;

    Chains(int bits) {
      this.bits = bits;
      shift = 32 - (bits + 1);
      heads = new int[1 << (bits + 1)];
      hashes = new int[1 << bits];
      older = new int[1 << bits];
    }

    int room() {
      return hashes.length;
    }

    /** {@return twice as large ones of all entries but the newest, which is not here yet} */
    Chains grown(DynamicTable table) {
      Chains grown = new Chains(bits + 1);
      for (int age = table.count() - 1; age > 0; age--) {
        int number = table.last() - age;
        grown.put(number, hashes[number & (hashes.length - 1)]);
      }
      return grown;
    }

    void put(int number, int hash) {
      int slot = (hash * SPREAD) >>> shift;
      int place = number & (hashes.length - 1);
      hashes[place] = hash;
      older[place] = heads[slot];
      heads[slot] = number;
    }

    int first(DynamicTable table, int hash) {
      return alike(table, hash, heads[(hash * SPREAD) >>> shift], NONE);
    }

    int next(DynamicTable table, int hash, int age) {
      return alike(table, hash, older[(table.last() - age) & (hashes.length - 1)], age);
    }

    /** Goes down a chain to an entry of this hash. Older must mean older, also when numbers have wrapped round. */
    private int alike(DynamicTable table, int hash, int from, int newer) {
      int number = from;
      int before = newer;
      while (true) {
        int age = table.last() - number;
        if (age <= before || age >= table.count()) {
          return NONE;
        }
        int place = number & (hashes.length - 1);
        if (hashes[place] == hash) {
          return age;
        }
        number = older[place];
        before = age;
      }
    }
  }
}
