package dev.fairlead.balance;

import java.util.Arrays;

/** HAProxy's {@code hash-type map-based}: {@code map[hash % Σw/gcd]}, the map of {@code static-rr}. */
final class Modulo implements Mapping {
  static final Modulo INSTANCE = new Modulo();

  private Modulo() {}

  @Override
  public Layout layout(Roster roster) {
    return (places, eligible) -> {
      int[] members = new int[eligible];
      int[] weights = new int[eligible];
      int count = 0;
      for (int i = 0; i < places.length; i++) {
        if (places[i] >= 0) {
          members[count] = places[i];
          weights[count++] = roster.weight(i);
        }
      }
      int[] map = HaproxyStaticOrder.of(Arrays.copyOf(weights, count));
      Arrays.setAll(map, entry -> members[map[entry]]);
      return (hash, key, request, judge, slots) ->
          Walk.from(map, (int) Long.remainderUnsigned(hash, map.length), request, judge, slots);
    };
  }

  @Override
  public String toString() {
    return "modulo()";
  }
}
