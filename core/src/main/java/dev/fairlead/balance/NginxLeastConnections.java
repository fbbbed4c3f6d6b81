package dev.fairlead.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Nginx's {@code least_conn}: the lowest number of requests in flight by weight; where several servers
 * are equal, one step of the smooth weighted round robin among those alone, whose scores are kept for the
 * next such case.
 */
record NginxLeastConnections() implements Balancer {
  @Override
  public Picker prepare(Members members) {
    return new SmoothAmongEquals(
        members.eligible(),
        members.previous() instanceof SmoothAmongEquals previous ? previous : null);
  }

  @Override
  public String toString() {
    return "nginxLeastConnections()";
  }

  private static final class SmoothAmongEquals implements Picker {
    private final Candidate[] servers;
    private final Places places;
    private final AtomicIntegerArray scores;

    SmoothAmongEquals(List<Candidate> eligible, @Nullable SmoothAmongEquals previous) {
      servers = eligible.toArray(Candidate[]::new);
      places = new Places(eligible);
      scores = new AtomicIntegerArray(servers.length);
      for (int i = 0; previous != null && i < servers.length; i++) {
        int place = previous.places.of(servers[i]);
        if (place >= 0) {
          scores.set(i, previous.scores.get(place));
        }
      }
    }

    @Override
    public @Nullable Candidate pick(PickContext request) {
      int best = -1;
      long load = 0;
      boolean several = false;
      for (int i = 0; i < servers.length; i++) {
        if (!request.usable(servers[i])) {
          continue;
        }
        int active = servers[i].inFlight();
        // positive: this one has more for its weight than the best so far
        long compared =
            best < 0 ? -1 : (long) active * servers[best].weight() - load * servers[i].weight();
        if (compared < 0) {
          best = i;
          load = active;
          several = false;
        } else if (compared == 0) {
          several = true;
        }
      }
      return best < 0 ? null : servers[several ? smooth(request, best, load) : best];
    }

    private int smooth(PickContext request, int first, long load) {
      int best = first;
      int total = 0;
      int greatest = Integer.MIN_VALUE;
      for (int i = first; i < servers.length; i++) {
        int weight = servers[i].weight();
        boolean equal = i == first
            || (request.usable(servers[i])
                && (long) servers[i].inFlight() * servers[first].weight() == load * weight);
        if (equal) {
          total += weight;
          int score = scores.addAndGet(i, weight);
          if (score > greatest) {
            best = i;
            greatest = score;
          }
        }
      }
      scores.addAndGet(best, -total);
      return best;
    }
  }
}
