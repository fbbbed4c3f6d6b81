package dev.fairlead.balance;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for servers with little in flight for their weight. Up to {@value #SCANNED} servers are scanned;
 * of more, {@value #SAMPLES} are drawn by chance. Immutable.
 */
final class LeastLoaded {
  private static final int SCANNED = 256;
  private static final int SAMPLES = 32;

  private final Candidate[] servers;

  LeastLoaded(List<Candidate> eligible) {
    this.servers = eligible.toArray(Candidate[]::new);
  }

  /**
   * The usable server with the least in flight per weight (IPVS {@code wlc}), or null.
   *
   * @param turn where a scan begins: the first of equals wins
   */
  @Nullable
  Candidate least(PickContext request, long turn) {
    Candidate least = null;
    int length = servers.length;
    boolean scan = length <= SCANNED;
    int looks = scan ? length : SAMPLES;
    int start = (int) Long.remainderUnsigned(turn, length);
    for (int i = 0; i < looks; i++) {
      Candidate server = servers[scan ? (start + i) % length : request.random().nextInt(length)];
      if ((least == null || lighter(server, least)) && request.usable(server)) {
        least = server;
      }
    }
    return least;
  }

  /** Whether there is a server with less than half of its weight in flight. */
  boolean idleSomewhere(PickContext request) {
    boolean scan = servers.length <= SCANNED;
    int looks = scan ? servers.length : SAMPLES;
    for (int i = 0; i < looks; i++) {
      Candidate server = servers[scan ? i : request.random().nextInt(servers.length)];
      if (2L * server.inFlight() < server.weight()) {
        return true;
      }
    }
    return false;
  }

  /** Whether a has less in flight for its weight than b. */
  static boolean lighter(Candidate a, Candidate b) {
    return (long) a.inFlight() * b.weight() < (long) b.inFlight() * a.weight();
  }
}
