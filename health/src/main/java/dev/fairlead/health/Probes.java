package dev.fairlead.health;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Function;

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
   * A question of yours that blocks, asked on an executor of yours. When the check's time is over, its thread
   * is interrupted.
   *
   * <pre>{@code
   * Probes.blocking(pool, target -> lagSeconds(target) < 5
   *     ? Verdict.pass("in step")
   *     : Verdict.fail("lags behind"))
   * }</pre>
   *
   * @param executor has a thread for each question that may be asked at the same time; yours to close
   * @param question what it throws is a failed check's text
   * @return the probe
   */
  public static Probe blocking(Executor executor, Function<? super Target, Verdict> question) {
    return new BlockingProbe(
        Objects.requireNonNull(executor, "executor"), Objects.requireNonNull(question, "question"));
  }

  /**
   * A probe by its name, from the {@link ProbeProvider}s that the thread's context class loader finds.
   *
   * @param name of a provider
   * @param parameters for the provider
   * @return the probe
   * @throws IllegalArgumentException for a name that no provider has, or two have; and what the provider
   *     refuses
   */
  public static Probe named(String name, Map<String, String> parameters) {
    return NamedProbes.create(
        Objects.requireNonNull(name, "name"),
        parameters,
        Thread.currentThread().getContextClassLoader());
  }

  /**
   * Whether the server accepts a TCP connection; {@link HealthCheck#tcp()} asks it.
   *
   * @return the probe
   */
  public static Probe tcp() {
    return new TcpProbe();
  }

  // ---- HTTP

  /**
   * Whether the server answers one HTTP/1.1 request with a status of 200..399, or as {@link HttpProbe} is
   * told to expect; {@link HealthCheck#http} asks it.
   *
   * @param method for example {@code GET}; capital letters, any but {@code CONNECT}
   * @param path with a query or without
   * @return the probe
   */
  public static HttpProbe http(String method, String path) {
    return HttpProbe.http1(method, path);
  }

  /**
   * Whether the server answers one HTTP/2 request as {@link #http} expects it. Where the connection has TLS,
   * {@code h2} is offered by ALPN and must be chosen, unless {@link HealthCheck#alpn} offers others; without
   * TLS the server must know HTTP/2 without an upgrade (RFC 9113 §3.3).
   *
   * @param method for example {@code GET}; capital letters, any but {@code CONNECT}
   * @param path with a query or without
   * @return the probe
   */
  public static HttpProbe http2(String method, String path) {
    return HttpProbe.http2(method, path);
  }

  /**
   * Whether a gRPC server as a whole is serving, by gRPC's health checking protocol.
   *
   * @return the probe
   */
  public static GrpcProbe grpc() {
    return grpc("");
  }

  /**
   * Whether one service of a gRPC server is serving, by gRPC's health checking protocol.
   *
   * @param service its full name, for example {@code shop.Cart}; empty for the server as a whole
   * @return the probe
   */
  public static GrpcProbe grpc(String service) {
    return GrpcProbe.of(service);
  }

  /**
   * Whether the server upgrades a connection to WebSocket.
   *
   * @param path with a query or without
   * @return the probe
   */
  public static WebSocketProbe webSocket(String path) {
    return WebSocketProbe.of(path);
  }

  // ---- TLS

  /**
   * Whether the TLS handshake with the server succeeds (HAProxy: {@code check-ssl} without more), and how
   * long its certificates are still good for. It asks with the server's TLS, or with that of {@link
   * HealthCheck#tls(dev.fairlead.edge.ServerTls)}.
   *
   * @return the probe; it warns 14 days before a certificate ends
   */
  public static TlsProbe tls() {
    return TlsProbe.DEFAULT;
  }

  // ---- conversations

  /**
   * A conversation of your own, step by step (HAProxy: {@code tcp-check}).
   *
   * @return the probe, without any step: it passes once connected
   */
  public static TcpScript script() {
    return TcpScript.EMPTY;
  }

  /**
   * Whether a Redis answers {@code PING} (HAProxy: {@code option redis-check}).
   *
   * @return the probe, without a password
   */
  public static RedisProbe redis() {
    return RedisProbe.PLAIN;
  }

  /**
   * Whether a memcached answers {@code version} in its text protocol. One that demands a login ({@code -Y})
   * refuses it, and fails the check.
   *
   * @return the probe
   */
  public static Probe memcached() {
    return new MemcachedProbe();
  }

  /**
   * Whether an SMTP server greets, answers {@code HELO localhost}, and takes leave, each with a 2xx
   * (HAProxy: {@code option smtpchk}).
   *
   * @return the probe
   */
  public static Probe smtp() {
    return smtp("HELO", "localhost");
  }

  /**
   * Whether an SMTP server greets, answers a hello, and takes leave, each with a 2xx (HAProxy: {@code
   * option smtpchk}).
   *
   * @param hello {@code HELO} or {@code EHLO}
   * @param domain whose hello it is; visible ASCII
   * @return the probe
   */
  public static Probe smtp(String hello, String domain) {
    return new SmtpProbe(hello, domain);
  }

  /**
   * Whether a program says that the server works (HAProxy: {@code external-check}).
   *
   * @param command the program, and its arguments; no shell is between
   * @return the probe
   */
  public static CommandProbe command(String... command) {
    return CommandProbe.of(List.of(command));
  }

  // ---- databases and directories

  /**
   * Whether a PostgreSQL server takes this user's connection (HAProxy: {@code option pgsql-check user}).
   *
   * @param user as whom to connect; where the server asks for passwords, it need not exist
   * @return the probe
   * @throws IllegalArgumentException when it is empty or has control characters
   */
  public static PostgresProbe postgres(String user) {
    return PostgresProbe.of(user);
  }

  /**
   * Whether a MySQL or MariaDB server greets (HAProxy: {@code option mysql-check} without a user). It says
   * nothing to the server, which counts a failed connection: after {@code max_connect_errors} of them
   * without a good one in between, the server blocks this host. Prefer {@link #mysql(String)}.
   *
   * @return the probe
   */
  public static Probe mysql() {
    return new MysqlProbe(null);
  }

  /**
   * Whether a MySQL or MariaDB server lets in a user without a password (HAProxy: {@code option mysql-check
   * user}). The check takes leave properly, so that the server counts no failed connection. What it refuses,
   * it says in its own words: {@code 1040 Too many connections}.
   *
   * @param user one who may do nothing but log in: {@code CREATE USER 'check'@'10.0.0.1'}
   * @return the probe
   * @throws IllegalArgumentException when it is empty or has control characters
   */
  public static Probe mysql(String user) {
    return new MysqlProbe(Arguments.name("user", user));
  }

  /**
   * Whether an LDAP server accepts an anonymous bind (HAProxy: {@code option ldap-check}).
   *
   * @return the probe
   */
  public static LdapProbe ldap() {
    return LdapProbe.ANONYMOUS;
  }

  // ---- by UDP

  /**
   * Whether a server takes a datagram, and answers it (keepalived: {@code UDP_CHECK}).
   *
   * @param text what to send, in UTF-8
   * @return the probe, which needs no answer
   * @throws IllegalArgumentException when it is empty, or too long for a datagram
   */
  public static UdpProbe udp(String text) {
    return UdpProbe.sending(ByteText.of(Arguments.notEmpty("text", text)));
  }

  /**
   * The same with bytes.
   *
   * @param hex what to send, two digits for each byte
   * @return the probe, which needs no answer
   * @throws IllegalArgumentException when these are no such digits, or none
   */
  public static UdpProbe udpBinary(String hex) {
    return UdpProbe.sending(ByteText.ofHex("hex", Arguments.notEmpty("hex", hex)));
  }

  /**
   * Whether a DNS server answers one question (keepalived: {@code DNS_CHECK}).
   *
   * @param name the domain name to ask for, in ASCII; {@code .} for the root
   * @return the probe, which asks for the {@code SOA} and expects {@code NOERROR}
   * @throws IllegalArgumentException when it is no domain name
   */
  public static DnsProbe dns(String name) {
    return DnsProbe.of(name);
  }
}
