package dev.fairlead.balance;

import java.util.Arrays;

/** HAProxy's {@code hash-type map-based}: {@code map[hash % Σw/gcd]}. */
final class Modulo implements Mapping {
  static final Modulo INSTANCE = new Modulo();

  /** Up to this many steps the map is HAProxy's own; beyond, servers follow each other in blocks. */
  private static final long EXACT_STEPS = 20_000_000;

  private Modulo() {}

  @Override
  public Layout layout(Roster roster) {
    int divisor = roster.weightDivisor();
    return (places, eligible) -> {
      int[] members = new int[eligible];
      int[] weights = new int[eligible];
      int count = 0;
      int total = 0;
      for (int i = 0; i < places.length; i++) {
        if (places[i] >= 0) {
          members[count] = places[i];
          weights[count] = roster.weight(i) / divisor;
          total += weights[count++];
        }
      }
      int[] map = map(Arrays.copyOf(members, count), weights, total);
      return (hash, key, request, judge, slots) ->
          Walk.from(map, (int) Long.remainderUnsigned(hash, map.length), request, judge, slots);
    };
  }

  /**
   * HAProxy's map: at each step every server gains its weight, the first with the greatest
   * {@code ⌊(score + total) / total⌋} takes the entry and pays the total.
   */
  private static int[] map(int[] members, int[] weights, int total) {
    if (total == members.length) {
      return members;
    }
    int[] map = new int[total];
    if ((long) total * members.length > EXACT_STEPS) {
      int at = 0;
      for (int i = 0; i < members.length; i++) {
        Arrays.fill(map, at, at + weights[i], members[i]);
        at += weights[i];
      }
      return map;
    }
    long[] scores = new long[members.length];
    for (int entry = 0; entry < total; entry++) {
      int best = 0;
      long most = -1;
      for (int i = 0; i < members.length; i++) {
        scores[i] += weights[i];
        long value = (scores[i] + total) / total;
        if (value > most) {
          most = value;
          best = i;
        }
      }
      scores[best] -= total;
      map[entry] = members[best];
    }
    return map;
  }

  @Override
  public String toString() {
    return "modulo()";
  }
}
