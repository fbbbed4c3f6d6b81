package dev.fairlead.balance;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many leases a part of a backend's servers holds: their sum as last seen, of which each reading brings
 * the next {@value #LOOKS} servers up to date. So it is right at every reading for a part of up to that
 * many, and within n/64 readings for any other. Read from all threads at once.
 */
final class PartLoad implements LongSupplier {
  static final int LOOKS = 64;

  private final Candidate[] servers;
  private final AtomicIntegerArray seen;
  private final AtomicLong sum = new AtomicLong();
  private final AtomicInteger round = new AtomicInteger();

  PartLoad(List<Candidate> part) {
    servers = part.toArray(Candidate[]::new);
    seen = new AtomicIntegerArray(servers.length);
    look(0, servers.length);
  }

  @Override
  public long getAsLong() {
    int looks = Math.min(LOOKS, servers.length);
    int pages = servers.length / looks + 1;
    look(Math.floorMod(round.getAndIncrement(), pages) * looks, looks);
    return sum.get();
  }

  private void look(int from, int count) {
    long more = 0;
    for (int i = from; i < from + count; i++) {
      int place = i % servers.length;
      int now = servers[place].inFlight();
      more += now - seen.getAndSet(place, now);
    }
    if (more != 0) {
      sum.addAndGet(more);
    }
  }
}
