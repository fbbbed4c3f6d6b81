package dev.fairlead.health;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.spi.Check;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An active health check (HAProxy: {@code check}, {@code option httpchk}): a question, a rhythm, and how
 * many answers make a change. Immutable, and good for any number of servers and backends: a method with
 * an argument returns a changed copy.
 *
 * <pre>{@code
 * HealthCheck.http("HEAD", "/heartbeat.html").every(ofSeconds(1)).rise(2).fall(3)
 * }</pre>
 *
 * <p>As in HAProxy, one counter per server runs between down and fully up. From fully up, {@code fall}
 * failures in a row take the server down; from down, {@code rise} passes in a row bring it fully up; a
 * single verdict of the other kind starts the row again. The first verdict of all decides alone. Only real
 * changes are reported, with the verdict as their reason: {@code L7STS: 503 in 4 ms, expected 200..399, 3
 * of 3 failed}.
 *
 * <p>The first check begins when the watch begins, before any listener opens. Intervals count from the
 * beginning of one check to that of the next; one that takes longer makes the next wait for the following
 * beat, so that a server is never asked twice at once. The very first interval is a random part of itself, so
 * that many servers are not asked all at once ever after.
 */
public final class HealthCheck implements HealthMonitor {
  private final Probe probe;
  private final Rhythm rhythm;
  private final Endpoint endpoint;
  private final Observation observation;

  private HealthCheck(Probe probe, Rhythm rhythm, Endpoint endpoint, Observation observation) {
    this.probe = probe;
    this.rhythm = rhythm;
    this.endpoint = endpoint;
    this.observation = observation;
  }

  /**
   * Whether the server accepts a TCP connection.
   *
   * @return the check, every 2 s, rise 2, fall 3
   */
  public static HealthCheck tcp() {
    return of(Probes.tcp());
  }

  /**
   * Whether the server answers one HTTP/1.1 request with a status of 200..399. The head of the answer
   * decides; the body is not waited for. For more: {@link Probes#http}.
   *
   * @param method for example {@code GET}; capital letters, any but {@code CONNECT}
   * @param path with a query or without, for example {@code /health?deep=no}
   * @return the check, every 2 s, rise 2, fall 3
   */
  public static HealthCheck http(String method, String path) {
    return of(Probes.http(method, path));
  }

  /**
   * Whatever you ask.
   *
   * @param probe the question
   * @return the check, every 2 s, rise 2, fall 3
   */
  public static HealthCheck of(Probe probe) {
    return new HealthCheck(
        Objects.requireNonNull(probe, "probe"),
        Rhythm.DEFAULT,
        Endpoint.OF_SERVER,
        Observation.NONE);
  }

  /**
   * The time from one check to the next of a server that is fully up (HAProxy: {@code inter}).
   *
   * @param interval from 1 ms on; default 2 s
   * @return a changed copy
   */
  public HealthCheck every(Duration interval) {
    return with(rhythm.every(interval));
  }

  /**
   * The time between two checks while the server is going up or down (HAProxy: {@code fastinter}).
   *
   * @param interval from 1 ms on; default: as {@link #every}
   * @return a changed copy
   */
  public HealthCheck fastEvery(Duration interval) {
    return with(rhythm.fastEvery(interval));
  }

  /**
   * The time between two checks while the server is down (HAProxy: {@code downinter}).
   *
   * @param interval from 1 ms on; default: as {@link #every}
   * @return a changed copy
   */
  public HealthCheck downEvery(Duration interval) {
    return with(rhythm.downEvery(interval));
  }

  /**
   * How long a whole check may take, connecting and answering together (HAProxy: {@code timeout check}
   * counts the answer alone). It may exceed the interval: the next check then simply comes later.
   *
   * @param limit from 1 ms on; default: as {@link #every}
   * @return a changed copy
   */
  public HealthCheck timeout(Duration limit) {
    return with(rhythm.timeout(limit));
  }

  /**
   * How many passes in a row bring a server up that is down.
   *
   * @param passes 1..10000; default 2
   * @return a changed copy
   */
  public HealthCheck rise(int passes) {
    return with(rhythm.rise(passes));
  }

  /**
   * How many failures in a row take a server down that is fully up.
   *
   * @param failures 1..10000; default 3
   * @return a changed copy
   */
  public HealthCheck fall(int failures) {
    return with(rhythm.fall(failures));
  }

  /**
   * By how much each interval varies at random, either way (HAProxy: {@code spread-checks}).
   *
   * @param percent 0..50; default 0
   * @return a changed copy
   */
  public HealthCheck jitter(int percent) {
    return with(rhythm.jitter(percent));
  }

  /**
   * Begins the first checks at random within a while instead of all at once (keepalived: {@code warmup}),
   * for backends with very many servers. Until then the {@link #initialState} holds.
   *
   * @param within from 1 ms on; default: all at once
   * @return a changed copy
   */
  public HealthCheck spread(Duration within) {
    return with(rhythm.spread(within));
  }

  /**
   * What holds before the first verdict (HAProxy: {@code init-state}), unless a state from before a restart
   * is restored.
   *
   * @param state default {@link InitialState#UP}
   * @return a changed copy
   */
  public HealthCheck initialState(InitialState state) {
    return with(rhythm.initialState(state));
  }

  /**
   * Asks another port at the server's host (HAProxy: {@code port}); replaces {@link #address}. The server's
   * TLS and PROXY header are for its own port: another one is asked without, but for {@link #tls} and {@link
   * #sendProxy}.
   *
   * @param port 1..65535
   * @return a changed copy
   */
  public HealthCheck port(int port) {
    return with(endpoint.port(Check.range("port", port, 1, 65_535)));
  }

  /**
   * Asks at another address (HAProxy: {@code addr}); replaces {@link #port}. As there, without the server's
   * TLS and PROXY header.
   *
   * @param address instead of the server's
   * @return a changed copy
   */
  public HealthCheck address(SocketAddress address) {
    return with(endpoint.address(Objects.requireNonNull(address, "address")));
  }

  /**
   * Asks with the server's own TLS at another port or address too (HAProxy: {@code check-ssl}). A server
   * without TLS is asked without.
   *
   * @return a changed copy
   */
  public HealthCheck tls() {
    return with(endpoint.edge(edge -> edge.tls(ConnectOptions.OF_SERVER)));
  }

  /**
   * Asks with TLS of the check's own (HAProxy: {@code check-ssl}), whatever the server has. It is read when
   * the first check begins; what cannot be read fails the check. What is asked for and verified is the host
   * that the check connects to, unless the settings or {@link #sni} say otherwise.
   *
   * @param settings instead of the server's
   * @return a changed copy
   */
  public HealthCheck tls(ServerTls settings) {
    return with(endpoint.edge(edge -> edge.tls(settings)));
  }

  /**
   * Asks without TLS, although the server has it (HAProxy: {@code no-check-ssl}).
   *
   * @return a changed copy
   */
  public HealthCheck plain() {
    return with(endpoint.edge(edge -> edge.tls(ConnectOptions.PLAIN)));
  }

  /**
   * Asks TLS for this host, and verifies it (HAProxy: {@code check-sni}). Without TLS it does nothing.
   *
   * @param host a host name; IDN in either form
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a host name
   */
  public HealthCheck sni(String host) {
    String name = Objects.requireNonNull(ServerTls.of().serverName(host).serverName(), "sni");
    return with(endpoint.edge(edge -> edge.sni(name)));
  }

  /**
   * Offers these protocols in TLS (HAProxy: {@code check-alpn}). Without TLS it does nothing.
   *
   * @param protocols by preference, for example {@code h2}, {@code http/1.1}
   * @return a changed copy
   */
  public HealthCheck alpn(String... protocols) {
    List<String> checked = ServerTls.of().alpn(protocols).alpn();
    return with(endpoint.edge(edge -> edge.alpn(checked)));
  }

  /**
   * Begins the check's connection with a PROXY header (HAProxy: {@code check-send-proxy}), at another port or
   * address too. It says that the proxy itself is asking: UNKNOWN in version 1, LOCAL in version 2.
   *
   * @param header instead of the server's
   * @return a changed copy
   */
  public HealthCheck sendProxy(SendProxy header) {
    return with(endpoint.edge(edge -> edge.proxy(header)));
  }

  /**
   * Watches traffic, too (HAProxy: {@code observe}): {@link #errorLimit} errors in a row are answered as
   * {@link #onError} says, with the code {@code HANA}, and one success starts the row again. A server that
   * went down so comes up by its checks.
   *
   * @param errors what an error is: {@link Classifier#layer4} and {@link Classifier#layer7} are HAProxy's;
   *     default: traffic is not watched
   * @return a changed copy
   */
  public HealthCheck observe(Classifier errors) {
    return with(observation.of(errors));
  }

  /**
   * How many errors in a row in observed traffic count (HAProxy: {@code error-limit}).
   *
   * @param errors from 1 on; default 10
   * @return a changed copy
   */
  public HealthCheck errorLimit(int errors) {
    return with(observation.errorLimit(errors));
  }

  /**
   * What follows when the limit is reached (HAProxy: {@code on-error}).
   *
   * @param reaction default {@link OnError#FAIL_CHECK}
   * @return a changed copy
   */
  public HealthCheck onError(OnError reaction) {
    return with(observation.onError(reaction));
  }

  /**
   * For an HTTP check: exactly these statuses are good, instead of those expected before.
   *
   * @param statuses at least one, each 101..599
   * @return a changed copy
   * @throws IllegalStateException when this is no HTTP check
   */
  public HealthCheck expect(int... statuses) {
    return http("expect", http -> http.expect(statuses));
  }

  /**
   * For an HTTP check: the statuses of this range are good, instead of those expected before.
   *
   * @param min the least, 101..599; default 200
   * @param max the greatest, {@code min}..599; default 399
   * @return a changed copy
   * @throws IllegalStateException when this is no HTTP check
   */
  public HealthCheck expectStatus(int min, int max) {
    return http("expectStatus", http -> http.expectStatus(min, max));
  }

  /**
   * For an HTTP check: the Host field.
   *
   * @param host as it is sent; default: the server's host and port
   * @return a changed copy
   * @throws IllegalStateException when this is no HTTP check
   */
  public HealthCheck host(String host) {
    return http("host", http -> http.host(host));
  }

  /**
   * For an HTTP check: one more header field.
   *
   * @param name none of those that frame the message or name the host
   * @param value printable ASCII
   * @return a changed copy
   * @throws IllegalStateException when this is no HTTP check
   */
  public HealthCheck header(String name, String value) {
    return http("header", http -> http.header(name, value));
  }

  /** Called by Fairlead, for each server. */
  @Override
  public AutoCloseable watch(Watched server) {
    CheckLoop loop = new CheckLoop(server, probe, rhythm, endpoint, observation);
    loop.start();
    return loop;
  }

  private HealthCheck with(Rhythm changed) {
    return new HealthCheck(probe, changed, endpoint, observation);
  }

  private HealthCheck with(Observation changed) {
    return new HealthCheck(probe, rhythm, endpoint, changed);
  }

  private HealthCheck with(Endpoint changed) {
    return new HealthCheck(probe, rhythm, changed, observation);
  }

  private HealthCheck http(String option, UnaryOperator<HttpProbe> change) {
    if (!(probe instanceof HttpProbe http)) {
      throw new IllegalStateException(
          "%s: not for %s (expected: HealthCheck.http(…))".formatted(option, probe));
    }
    return new HealthCheck(change.apply(http), rhythm, endpoint, observation);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HealthCheck that
        && probe.equals(that.probe)
        && rhythm.equals(that.rhythm)
        && endpoint.equals(that.endpoint)
        && observation.equals(that.observation);
  }

  @Override
  public int hashCode() {
    return Objects.hash(probe, rhythm, endpoint, observation);
  }

  /** {@return for example {@code http HEAD / expecting 200..399, every 1 s, timeout 1 s, rise 2, fall 3}} */
  @Override
  public String toString() {
    return probe + endpoint.text() + ", " + rhythm + observation.text();
  }
}
