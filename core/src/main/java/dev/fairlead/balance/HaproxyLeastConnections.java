package dev.fairlead.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy's {@code leastconn}: the lowest key {@code ⌊(load + 1) · 4096 / (16 · weight)⌋}, 0 for an idle
 * server whatever its weight, where load is served and queued; among equal keys the server that came to
 * its key first. A server comes to a new key when it is picked and when a lease of it ends.
 */
record HaproxyLeastConnections() implements Balancer {
  @Override
  public Picker prepare(Members members) {
    return new InOrderOfArrival(
        members.eligible(),
        members.previous() instanceof InOrderOfArrival previous ? previous : null);
  }

  @Override
  public String toString() {
    return "haproxyLeastConnections()";
  }

  private static final class InOrderOfArrival implements Picker {
    private static final int TRIES = 8;
    private final Candidate[] servers;
    private final Places places;
    private final AtomicLongArray arrived;
    private final AtomicLong arrivals;

    InOrderOfArrival(List<Candidate> eligible, @Nullable InOrderOfArrival previous) {
      servers = eligible.toArray(Candidate[]::new);
      places = new Places(eligible);
      arrived = new AtomicLongArray(servers.length);
      arrivals = previous == null ? new AtomicLong() : previous.arrivals;
      for (int i = 0; i < servers.length; i++) {
        int place = previous == null ? -1 : previous.places.of(servers[i]);
        arrived.set(
            i,
            place >= 0 && previous != null
                ? previous.arrived.get(place)
                : arrivals.getAndIncrement());
      }
    }

    private static long key(Candidate server) {
      long load = server.inFlight() + (long) server.load().queued();
      return load <= 0 ? 0 : (load + 1) * 4096 / (16L * server.weight());
    }

    /** Who finds that another thread has just taken the server it chose looks again, a few times. */
    @Override
    public @Nullable Candidate pick(PickContext request) {
      for (int tries = TRIES; ; tries--) {
        int best = -1;
        long least = Long.MAX_VALUE;
        long since = 0;
        for (int i = 0; i < servers.length; i++) {
          if (!request.usable(servers[i])) {
            continue;
          }
          long key = key(servers[i]);
          long arrival = arrived.getOpaque(i);
          if (key < least || (key == least && arrival - since < 0)) {
            best = i;
            least = key;
            since = arrival;
          }
        }
        if (best < 0) {
          return null;
        }
        if (arrived.compareAndSet(best, since, arrivals.getAndIncrement()) || tries == 0) {
          return servers[best];
        }
      }
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      int place = places.of(server);
      if (place >= 0) {
        arrived.setOpaque(place, arrivals.getAndIncrement());
      }
    }
  }
}
