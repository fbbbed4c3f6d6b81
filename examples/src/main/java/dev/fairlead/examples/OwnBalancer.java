package dev.fairlead.examples;

import static java.util.Comparator.comparing;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import java.util.Comparator;

/** How is a strategy of one's own written? The home zone first, then the least busy. */
public final class OwnBalancer {
  private OwnBalancer() {}

  static Balancer nearest() {
    Comparator<Candidate> homeFirst = comparing(s -> !"eu-1".equals(s.tags().get("zone")));
    Balancer nearest = Balancer.of((servers, request) -> servers.stream()
        .filter(request::usable)
        .min(homeFirst.thenComparingInt(Candidate::inFlight))
        .orElse(null));
    return nearest;
  }
}
