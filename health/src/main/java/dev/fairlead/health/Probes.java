package dev.fairlead.health;

/**
 * The questions that come with Fairlead, one method each. They keep nothing between checks: one serves any
 * number of servers.
 *
 * <pre>{@code
 * HealthCheck.of(Probes.http("GET", "/health")).every(ofSeconds(1))
 * }</pre>
 */
public final class Probes {
  private Probes() {}

  /**
   * Whether the server accepts a TCP connection; {@link HealthCheck#tcp()} asks it.
   *
   * @return the probe
   */
  public static Probe tcp() {
    return new TcpProbe();
  }

  /**
   * Whether the server answers one HTTP/1.1 request with a status of 200..399; {@link HealthCheck#http} asks
   * it. The head of the answer decides; the body is not waited for.
   *
   * @param method {@code GET}, {@code HEAD} or {@code OPTIONS}
   * @param path with a query or without
   * @return the probe
   */
  public static Probe http(String method, String path) {
    return new HttpProbe(method, path);
  }
}
