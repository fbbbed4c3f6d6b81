package dev.fairlead.balance;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * IPVS {@code lblc} and {@code lblcr}: keys stay with the servers that have served them, until those are
 * overloaded while others idle.
 *
 * @param replicated whether a key may have several servers ({@code lblcr})
 * @param entries how many keys are remembered
 * @param expiry how long an entry without use is, and a set of servers stays as large as it grew
 */
record Locality(HashKey key, boolean replicated, int entries, Duration expiry) implements Balancer {
  static final int USUAL_ENTRIES = 16_384;
  static final Duration USUAL_EXPIRY = Duration.ofHours(24);

  Locality {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(expiry, "expiry");
    Check.range("entries", entries, LocalityTable.WAYS, 1 << 26);
    if (expiry.compareTo(Duration.ofMillis(1)) < 0 || expiry.compareTo(Duration.ofDays(365)) > 0) {
      throw Check.bad("expiry", expiry, "1 ms to 365 days");
    }
  }

  @Override
  public Picker prepare(Members members) {
    LocalityTable table =
        members.previous() instanceof Keeper before && before.rule().equals(this)
            ? before.table
            : new LocalityTable(entries, expiry.toNanos());
    return new Keeper(this, table, members.eligible());
  }

  @Override
  public String toString() {
    return (replicated ? "lblcr(" : "lblc(") + key + ", " + entries + ", " + expiry + ")";
  }

  private static final class Keeper implements Picker {
    /** A key's servers leave room for other keys in the table's set. */
    private static final int MOST_SERVERS = LocalityTable.WAYS / 2;

    private final Locality rule;
    private final LocalityTable table;
    private final LeastLoaded all;
    private final @Nullable Candidate[] byIndex;

    Keeper(Locality rule, LocalityTable table, List<Candidate> eligible) {
      this.rule = rule;
      this.table = table;
      this.all = new LeastLoaded(eligible);
      int size = eligible.stream().mapToInt(s -> s.index() + 1).max().orElse(0);
      this.byIndex = new @Nullable Candidate[size];
      eligible.forEach(s -> byIndex[s.index()] = s);
    }

    Locality rule() {
      return rule;
    }

    @Override
    public @Nullable Candidate pick(PickContext request) {
      KeyBuffer buffer = KeyBuffer.empty();
      if (!rule.key.write(request, buffer)) {
        return all.least(request, request.random().nextLong());
      }
      long hash = HashFunction.XX64.hash(buffer);
      int now = table.time(request.nanoTime());
      int first = table.first(hash);
      int size = 0;
      int bestAt = -1;
      boolean old = true;
      Candidate best = null;
      for (int at = first; at < first + LocalityTable.WAYS; at++) {
        long entry = table.get(at);
        if (table.valid(entry, hash, now)) {
          size++;
          old &= table.old(entry, now);
          Candidate server = server(entry);
          if (server != null
              && request.usable(server)
              && (best == null || LeastLoaded.lighter(server, best))) {
            best = server;
            bestAt = at;
          }
        }
      }
      if (best != null && !(best.inFlight() > best.weight() && all.idleSomewhere(request))) {
        table.used(bestAt, table.get(bestAt), now);
        if (size > 1 && old) {
          shrink(first, hash, now);
        }
        return best;
      }
      Candidate next = all.least(request, hash);
      if (next == null) {
        return best;
      }
      remember(first, hash, next, now, size);
      return next;
    }

    private @Nullable Candidate server(long entry) {
      int index = LocalityTable.index(entry);
      return index < byIndex.length ? byIndex[index] : null;
    }

    private void remember(int first, long hash, Candidate server, int now, int size) {
      int most = rule.replicated ? MOST_SERVERS : 1;
      int at = size >= most ? heaviest(first, hash, now) : table.victim(first, now);
      for (int i = first; i < first + LocalityTable.WAYS; i++) {
        long entry = table.get(i);
        if (table.valid(entry, hash, now) && LocalityTable.index(entry) == server.index()) {
          at = i; // it was not usable a moment ago, or two loops do the same
        }
      }
      table.put(at, hash, server.index(), now);
    }

    /** A set that did not change for the expiry gives its most loaded server up. */
    private void shrink(int first, long hash, int now) {
      table.clear(heaviest(first, hash, now));
      for (int at = first; at < first + LocalityTable.WAYS; at++) {
        long entry = table.get(at);
        if (table.valid(entry, hash, now)) {
          table.renew(at, entry, now);
        }
      }
    }

    /** The key's entry whose server has gone, or has most in flight for its weight. */
    private int heaviest(int first, long hash, int now) {
      int found = first;
      Candidate heaviest = null;
      for (int at = first; at < first + LocalityTable.WAYS; at++) {
        long entry = table.get(at);
        if (table.valid(entry, hash, now)) {
          Candidate server = server(entry);
          if (server == null) {
            return at;
          }
          if (heaviest == null || LeastLoaded.lighter(heaviest, server)) {
            heaviest = server;
            found = at;
          }
        }
      }
      return found;
    }
  }
}
