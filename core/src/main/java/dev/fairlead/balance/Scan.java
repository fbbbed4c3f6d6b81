package dev.fairlead.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks every server for its cost and takes the lowest: O(n), on the counts of this very moment. */
final class Scan implements Cost.Learning {
  private final Candidate[] servers;
  private final Cost cost;
  private final @Nullable Turns turns;

  /**
   * @param servers in the order of preference between equals
   * @param turns decides between equals where it is given
   */
  Scan(List<Candidate> servers, Cost cost, @Nullable Turns turns) {
    this.servers = servers.toArray(Candidate[]::new);
    this.cost = cost;
    this.turns = turns;
  }

  @Override
  public @Nullable Candidate pick(PickContext request) {
    long now = cost.now(request);
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < servers.length; i++) {
      if (!request.usable(servers[i])) {
        continue;
      }
      double price = cost.of(servers[i], 0, now);
      if (price < least
          || (price == least && best >= 0 && turns != null && turns.before(i, best))) {
        best = i;
        least = price;
      }
    }
    if (best < 0) {
      return null;
    }
    if (turns != null) {
      turns.taken(best);
    }
    cost.picked(servers[best], now);
    return servers[best];
  }

  @Override
  public void completed(Candidate server, Outcome outcome) {
    cost.completed(server, outcome);
  }

  @Override
  public Cost cost() {
    return cost;
  }

  @Nullable
  Turns turns() {
    return turns;
  }
}
