package dev.fairlead.balance;

import java.net.SocketAddress;
import java.util.Map;

/**
 * A server as a strategy sees it: constant for the life of one snapshot, but for the live readings.
 *
 * @param name its name, unique in the backend
 * @param id its number, unique in the backend and never used again while the backend lives
 * @param index a dense number, stable while the server stays: for arrays instead of maps
 * @param address where it listens, as configured
 * @param weight the effective weight, 0..256; where a server of the backend starts slowly, in fractions
 *     that are the same for all of them
 * @param limit the limit of concurrent leases, 0 for none
 * @param tags the configured tags
 * @param load live readings; the same object as long as the server stays
 */
public record Candidate(
    String name,
    int id,
    int index,
    SocketAddress address,
    int weight,
    int limit,
    Map<String, String> tags,
    Load load) {

  /**
   * Copies the map.
   *
   * @param name its name
   * @param id its number
   * @param index a dense number
   * @param address where it listens
   * @param weight the effective weight
   * @param limit the limit of concurrent leases
   * @param tags the configured tags
   * @param load live readings
   */
  public Candidate {
    tags = Map.copyOf(tags);
  }

  /** {@return leases held now} */
  public int inFlight() {
    return load.inFlight();
  }

  /** {@return whether its limit is reached; a moment later this may be different: the slot decides} */
  public boolean full() {
    return limit > 0 && load.inFlight() >= limit;
  }

  /** Live readings of one server. They survive every change of the list; reading takes no lock. */
  public interface Load {
    /** {@return leases held now} */
    int inFlight();

    /** {@return requests that wait for this very server} */
    int queued();

    /**
     * The sum of the start times of all leases held: {@code inFlight · now − sum} is the total age of
     * what runs (Nginx: {@code least_time … inflight}).
     *
     * @return nanoseconds of the ticker, summed with overflow
     */
    long startedNanosSum();
  }
}
