package dev.fairlead.balance;

/** Goes through a table of servers from a point on, until one is accepted. */
final class Walk {
  /** Beyond this many steps a table is not walked: most servers there are taken, or tried. */
  static final int STEPS = 256;

  private Walk() {}

  /**
   * The first accepted server from a point on. Exhaustive for up to {@value #STEPS} servers. Where more
   * are refused in a row in a larger fleet, as many points elsewhere are looked at; without a bound that is
   * all, which costs affinity, never a request.
   *
   * @param owners places of servers
   * @param start a valid index
   */
  static int from(int[] owners, int start, PickContext request, Judge judge, long slots) {
    int length = owners.length;
    int steps = Math.min(length, STEPS);
    int at = start;
    int refused = Mapping.Table.NONE;
    for (int i = 0; i < steps; i++) {
      int place = owners[at];
      if (place != refused) {
        if (judge.accepts(place, request, slots)) {
          return place;
        }
        refused = place;
      }
      at = at + 1 == length ? 0 : at + 1;
    }
    if (length == steps) {
      return Mapping.Table.NONE;
    }
    if (judge.size() <= STEPS) {
      return eachInTurn(refused, request, judge, slots);
    }
    int place = elsewhere(owners, start, request, judge, slots);
    return place == Mapping.Table.NONE && slots > 0 ? anywhere(request, judge, slots) : place;
  }

  /** Jumps that follow from the first point (as Envoy's), so that a key has the same way each time. */
  private static int elsewhere(
      int[] owners, int start, PickContext request, Judge judge, long slots) {
    for (int i = 1; i <= STEPS; i++) {
      long jump = XxHash64.avalanche(start + i * 0x9E3779B97F4A7C15L);
      int place = owners[(int) Long.remainderUnsigned(jump, owners.length)];
      if (judge.accepts(place, request, slots)) {
        return place;
      }
    }
    return Mapping.Table.NONE;
  }

  /**
   * A key that has brought all servers on its way to their bounds goes anywhere. One server always is within
   * its bound, with a bound of 125 % every fifth, so that few are asked; where full ones are passed over as
   * well, all may be refused, and it gives up.
   */
  private static int anywhere(PickContext request, Judge judge, long slots) {
    int place = 0;
    for (int i = 0; i < STEPS; i++) {
      place = request.random().nextInt(judge.size());
      if (judge.accepts(place, request, slots)) {
        return place;
      }
    }
    return judge.passesFullOnes() ? Mapping.Table.NONE : eachInTurn(place, request, judge, slots);
  }

  private static int eachInTurn(int after, PickContext request, Judge judge, long slots) {
    int size = judge.size();
    for (int i = 1; i <= size; i++) {
      int place = (after + i) % size;
      if (judge.accepts(place, request, slots)) {
        return place;
      }
    }
    return Mapping.Table.NONE;
  }
}
