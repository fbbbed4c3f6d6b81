package dev.fairlead.state;

import java.util.List;

/**
 * By how much strategies see all weights of a backend multiplied, so that a weight of 1 can be reduced.
 * HAProxy always counts in sixteenths. Here the unit is 1 unless a server starts slowly; then it is up to
 * 16, as far as the largest weight stays within 256. It does not depend on who starts at the moment: a
 * ring of points would otherwise be built of other points, and keys would move, with each beginning and
 * end.
 */
final class WeightUnit {
  private static final int FINEST = 16;
  private static final int MOST = 256;

  private WeightUnit() {}

  static int of(List<ServerState> servers) {
    boolean slow = false;
    int most = 1;
    for (ServerState server : servers) {
      slow |= server.config().slowStart() != null;
      most = Math.max(most, Math.max(server.wish().weight(), server.fullWeight()));
    }
    return slow ? Math.min(FINEST, MOST / most) : 1;
  }
}
