package dev.fairlead.balance;

import java.util.Arrays;

/**
 * Google's Maglev table (Eisenbud and others, NSDI 2016): each server in turn claims the next free slot
 * of its own permutation, until the table is full.
 *
 * @param tableSize a prime
 */
record Maglev(int tableSize) implements Mapping {
  static final int USUAL_SIZE = 65_537;
  static final int GREATEST_SIZE = 5_000_011;

  Maglev {
    if (tableSize < 2 || tableSize > GREATEST_SIZE || !prime(tableSize)) {
      throw Check.bad("tableSize", tableSize, "a prime up to " + GREATEST_SIZE);
    }
  }

  @Override
  public Layout layout(Roster roster) {
    int size = tableSize;
    while (size < roster.size() || !prime(size)) { // one slot for each server, at least
      size++;
    }
    int[] slots = fill(roster, size);
    return (places, eligible) -> {
      int[] owners = probed(slots, places);
      return (hash, key, request, judge, total) -> Walk.from(
          owners, (int) Long.remainderUnsigned(hash, owners.length), request, judge, total);
    };
  }

  /** In each round of {@link Rounds} those whose turn it is, in their order. */
  private static int[] fill(Roster roster, int size) {
    int servers = roster.size();
    int[] next = new int[servers];
    int[] skip = new int[servers];
    for (int i = 0; i < servers; i++) {
      long hash = roster.hash(i, 0);
      next[i] = (int) Long.remainderUnsigned(hash, size);
      skip[i] = 1 + (int) Long.remainderUnsigned(XxHash64.avalanche(~hash), size - 1);
    }
    int[] slots = new int[size];
    Arrays.fill(slots, -1);
    Rounds rounds = new Rounds(roster);
    int filled = 0;
    while (filled < size) {
      for (int i = rounds.next(); i >= 0 && filled < size; i = rounds.next()) {
        int slot = next[i];
        while (slots[slot] >= 0) {
          slot += skip[i];
          slot = slot >= size ? slot - size : slot;
        }
        slots[slot] = i;
        next[i] = slot;
        filled++;
      }
    }
    return slots;
  }

  /** A slot of a server that is not eligible belongs to the owner of the next one that is. */
  private static int[] probed(int[] slots, int[] places) {
    int size = slots.length;
    int[] owners = new int[size];
    int owner = -1;
    for (int i = 2 * size - 1; i >= 0; i--) { // the first round finds what the end wraps to
      int place = places[slots[i % size]];
      owner = place >= 0 ? place : owner;
      owners[i % size] = owner;
    }
    return owners;
  }

  static boolean prime(int number) {
    for (int i = 2; (long) i * i <= number; i++) {
      if (number % i == 0) {
        return false;
      }
    }
    return number > 1;
  }

  @Override
  public String toString() {
    return "maglev(" + tableSize + ")";
  }
}
