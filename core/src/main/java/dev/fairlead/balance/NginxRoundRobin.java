package dev.fairlead.balance;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Nginx's round robin as it runs, step by step, with {@code max_fails} and {@code fail_timeout}: a failure
 * lowers a server's effective weight, which grows again by one with each step; a server that failed too
 * often is left out for a while, and then asked once in that while until it answers.
 */
record NginxRoundRobin(int maxFails, Duration failTimeout) implements Balancer {
  NginxRoundRobin {
    Check.atLeast("maxFails", maxFails, 0);
    Expect.nanos("failTimeout", failTimeout, Duration.ofMillis(1), Duration.ofDays(1));
  }

  @Override
  public Picker prepare(Members members) {
    return new Steps(
        maxFails,
        failTimeout.toNanos(),
        members,
        members.previous() instanceof Steps previous ? previous : null);
  }

  @Override
  public String toString() {
    return "nginxRoundRobin(" + maxFails + ", " + failTimeout + ")";
  }

  /** What is known of a server is kept while it is configured, also while it is not eligible. */
  private static final class Steps implements Picker {
    private final int maxFails;
    private final long failTimeout;
    private final Candidate[] servers;
    private final NginxPeer[] peers;
    private final Places places;
    private final NginxPeer[] all;

    Steps(int maxFails, long failTimeout, Members members, @Nullable Steps previous) {
      this.maxFails = maxFails;
      this.failTimeout = failTimeout;
      places = new Places(members.all());
      all = new NginxPeer[members.all().size()];
      for (int i = 0; i < all.length; i++) {
        NginxPeer known = previous == null ? null : previous.of(members.all().get(i));
        all[i] = known == null ? new NginxPeer() : known;
      }
      List<Candidate> eligible = members.eligible();
      servers = eligible.toArray(Candidate[]::new);
      peers = new NginxPeer[servers.length];
      for (int i = 0; i < servers.length; i++) {
        NginxPeer known = of(servers[i]);
        peers[i] = known == null ? new NginxPeer() : known;
      }
    }

    private @Nullable NginxPeer of(Candidate server) {
      int place = places.of(server);
      return place < 0 ? null : all[place];
    }

    @Override
    public @Nullable Candidate pick(PickContext request) {
      long now = request.nanoTime();
      int best = step(request, now, false);
      if (best < 0) {
        best = step(request, now, true);
      }
      return best < 0 ? null : servers[best];
    }

    /**
     * One step among those that are usable.
     *
     * @param failedToo also among those that are out: nobody else is left
     */
    private int step(PickContext request, long now, boolean failedToo) {
      int best = -1;
      long most = 0;
      long total = 0;
      for (int i = 0; i < servers.length; i++) {
        if (takesPart(i, request, now, failedToo)) {
          total += peers[i].gain(servers[i].weight());
          long score = peers[i].score();
          if (best < 0 || score > most) {
            best = i;
            most = score;
          }
        }
      }
      if (best < 0) {
        return -1;
      }
      if (failedToo) {
        peers[best].askAnyway(now);
        peers[best].pay(total);
        return best;
      }
      int asked = best;
      while (asked >= 0 && !peers[asked].ask(now, maxFails, failTimeout)) {
        asked = greatest(request, now); // another thread asks that one just now: it is out again
      }
      peers[asked < 0 ? best : asked].pay(total);
      return asked;
    }

    private boolean takesPart(int i, PickContext request, long now, boolean failedToo) {
      return request.usable(servers[i]) && (failedToo || !peers[i].out(now, maxFails, failTimeout));
    }

    private int greatest(PickContext request, long now) {
      int best = -1;
      long most = 0;
      for (int i = 0; i < servers.length; i++) {
        long score = peers[i].score();
        if ((best < 0 || score > most) && takesPart(i, request, now, false)) {
          best = i;
          most = score;
        }
      }
      return best;
    }

    /**
     * As in Nginx, what fails before a response has begun is a failure, and any response a success. But
     * what the client or the proxy broke off before is neither.
     */
    @Override
    public void completed(Candidate server, Outcome outcome) {
      NginxPeer peer = maxFails == 0 ? null : of(server);
      if (peer == null) {
        return;
      }
      if (outcome.answered() || outcome.kind() == Outcome.Kind.COMPLETED) {
        peer.answered();
      } else if (outcome.kind().serverFailure()) {
        peer.failed(outcome.nanoTime(), server.weight(), maxFails);
      }
    }
  }
}
