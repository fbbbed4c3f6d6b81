package dev.fairlead.balance;

/** Goes through a table of servers from a point on, until one is accepted. */
final class Walk {
  /** Beyond this many steps a table is not walked: most servers are taken, or tried. */
  static final int STEPS = 256;

  private Walk() {}

  /**
   * The first accepted server from a point on. Exhaustive for up to {@value #STEPS} servers; where more
   * are refused in a row in a larger fleet, it gives up, which costs affinity, never a request.
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
    return length > steps && judge.size() <= STEPS
        ? eachInTurn(refused, request, judge, slots)
        : Mapping.Table.NONE;
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
