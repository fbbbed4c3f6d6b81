package dev.fairlead.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What has been learnt of each server's times, by its id, for every configured server: one that is down
 * for a while is remembered. The next picker goes on with the same objects.
 */
final class Histories {
  private static final long NEVER = Long.MIN_VALUE;

  /** How far the time of the last pick may lag: so that not every pick writes a shared field. */
  private static final long COARSE_NANOS = 1 << 16;

  private final Places places;
  private final List<Candidate> servers;
  private final History[] histories;
  private final AtomicLong lastNow;

  /** Of one server. Written by all threads: the smoothed time by compare-and-set, the rest as it comes. */
  static final class History {
    /** Smoothed nanoseconds, as bits of a double; 0 before the first answer. */
    final AtomicLong smoothed = new AtomicLong();

    /** When it was last asked or answered, as the strategy needs it. */
    final AtomicLong at = new AtomicLong(NEVER);

    double nanos() {
      return Double.longBitsToDouble(smoothed.getOpaque());
    }

    /** Nanoseconds since {@link #at}; 0 where that is not known. */
    long since(long now) {
      long then = at.getOpaque();
      return then == NEVER || now == NEVER ? 0 : Math.max(now - then, 0);
    }
  }

  Histories(Members members, @Nullable Histories previous) {
    servers = new ArrayList<>(members.all());
    Places known = new Places(servers);
    for (Candidate server : members.eligible()) {
      if (known.of(server) < 0) {
        servers.add(server);
      }
    }
    places = new Places(servers);
    histories = new History[servers.size()];
    for (int i = 0; i < histories.length; i++) {
      History old = previous == null ? null : previous.of(servers.get(i));
      histories[i] = old == null ? new History() : old;
    }
    lastNow = previous == null ? new AtomicLong(NEVER) : previous.lastNow;
  }

  /** Those of the picker that is replaced, where its costs are of the same kind. */
  static <T extends Cost> @Nullable T of(@Nullable Picker previous, Class<T> kind) {
    return previous instanceof Cost.Learning picker && kind.isInstance(picker.cost())
        ? kind.cast(picker.cost())
        : null;
  }

  @Nullable
  History of(Candidate server) {
    int place = places.of(server);
    return place < 0 ? null : histories[place];
  }

  long now(PickContext request) {
    long now = request.nanoTime();
    long before = lastNow.getOpaque();
    if (before == NEVER || now - before > COARSE_NANOS) {
      lastNow.setOpaque(now);
    }
    return now;
  }

  long lastNow() {
    return lastNow.getOpaque();
  }

  static boolean isKnown(long now) {
    return now != NEVER;
  }
}
