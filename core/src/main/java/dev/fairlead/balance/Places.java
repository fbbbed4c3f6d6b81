package dev.fairlead.balance;

import java.util.Arrays;
import java.util.List;

/** Finds a server's place in a list without a map: by its index, checked by its id. */
final class Places {
  private final int[] places;
  private final int[] ids;

  Places(List<Candidate> servers) {
    int highest = -1;
    for (Candidate server : servers) {
      highest = Math.max(highest, server.index());
    }
    places = new int[highest + 1];
    ids = new int[highest + 1];
    Arrays.fill(places, -1);
    for (int place = 0; place < servers.size(); place++) {
      Candidate server = servers.get(place);
      places[server.index()] = place;
      ids[server.index()] = server.id();
    }
  }

  /** The place of this very server, or -1: an index is used again after its server has left, an id never. */
  int of(Candidate server) {
    int index = server.index();
    return index < places.length && places[index] >= 0 && ids[index] == server.id()
        ? places[index]
        : -1;
  }
}
