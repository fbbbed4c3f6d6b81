package dev.fairlead.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.FrontendBuilder;
import dev.fairlead.config.FrontendSettings;
import dev.fairlead.http.internal.BodyRules;
import dev.fairlead.http.internal.HttpProtocol;
import dev.fairlead.http.internal.HttpSettings;
import dev.fairlead.http.internal.TlsFields;
import dev.fairlead.http.internal.UnusualNames;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.Relaxed;
import dev.fairlead.http.internal.h1.UpgradeRule;
import dev.fairlead.http.spi.RequestInfo;
import dev.fairlead.spi.Check;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where HTTP/1.1 and HTTP/1.0 clients come in (HAProxy: a frontend in {@code mode http}). Each request is
 * balanced by itself; connections are kept open on both sides. Immutable.
 *
 * <pre>{@code
 * HttpFrontend web = HttpFrontend.builder("http-in")
 *     .bind(8080)
 *     .maxConnections(256)
 *     .clientTimeout(ofSeconds(50))
 *     .forwardedFor()
 *     .defaultBackend(speed)
 *     .build();
 * }</pre>
 *
 * <p>Framing is strict (RFC 9112): a request that two readers could understand differently is answered
 * with 400 and its connection is closed. See {@code docs/response-codes.md} for all answers that the
 * proxy gives by itself.
 */
@CheckReturnValue
public final class HttpFrontend implements Frontend {
  private final FrontendSettings common;
  private final Duration httpRequestTimeout;
  private final Duration keepAliveTimeout;
  private final ServerConnections serverConnections;
  private final Limits limits;
  private final Limits responseLimits;
  private final UnusualNames unusualNames;
  private final BodyRules bodies;
  private final @Nullable String via;
  private final boolean date;
  private final boolean serveHalfClosed;
  private final Set<String> upgrades;
  private final @Nullable Predicate<RequestInfo> connects;
  private final @Nullable Http2 http2;
  private final @Nullable ForwardedFor forwardedFor;
  private final TlsFields tlsFields;

  private HttpFrontend(Builder from, FrontendSettings common) {
    this.common = common;
    this.httpRequestTimeout = from.httpRequestTimeout;
    this.keepAliveTimeout = from.keepAliveTimeout;
    this.serverConnections = from.serverConnections;
    this.limits = from.limits(from.requests);
    this.responseLimits = from.limits(from.responses);
    this.unusualNames = from.unusualNames;
    Duration grace = from.bodyGrace;
    this.bodies = new BodyRules(
        from.maxRequestBody, from.minBodyRate, grace == null ? common.clientTimeout() : grace);
    this.via = from.via;
    this.date = from.date;
    this.serveHalfClosed = from.serveHalfClosed;
    this.upgrades = new LinkedHashSet<>(from.upgrades);
    this.connects = from.connects;
    this.http2 = from.http2;
    this.forwardedFor = from.forwardedFor;
    ClientCertificateHeaders certificate = from.certificateHeaders;
    this.tlsFields =
        new TlsFields(from.forwardedProto, certificate == null ? null : certificate.fields());
  }

  /**
   * A builder with the defaults: client 50 s, http-request 10 s, keep-alive 60 s, any number of
   * connections, no forwarded client, only websocket upgrades.
   *
   * @param name the frontend's name, unique in a load balancer
   * @return the builder
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  @Override
  public FrontendSettings settings() {
    return common;
  }

  @Override
  public List<String> alpn() {
    return http2 == null ? List.of("http/1.1") : List.of("h2", "http/1.1");
  }

  @Override
  public Protocol protocol(Gateway gateway) {
    ForwardedFor forward = forwardedFor;
    return new HttpProtocol(
        gateway,
        new HttpSettings(
            common.clientTimeout(),
            common.clientFinTimeout(),
            httpRequestTimeout,
            keepAliveTimeout,
            limits,
            responseLimits,
            unusualNames,
            forward == null ? null : forward.rule(),
            tlsFields,
            new UpgradeRule(upgrades),
            connects,
            http2 != null && http2.priorKnowledge(),
            http2 != null && http2.upgrade(),
            (http2 == null ? Http2.defaults() : http2).limits(),
            serveHalfClosed,
            bodies,
            via,
            date,
            serverConnections.settings(),
            common.backends()));
  }

  /** {@return name, addresses and time-outs, for people} */
  @Override
  public String toString() {
    return ("frontend %s: http on %s to backend %s; client %s, client-fin %s,"
            + " http-request %s, keep-alive %s, tunnel %s; connections to servers: %s")
        .formatted(
            name(),
            common.bindings(),
            common.defaultBackend().name(),
            common.clientTimeout(),
            common.clientFinTimeout() == null ? "as client" : common.clientFinTimeout(),
            httpRequestTimeout,
            keepAliveTimeout,
            HttpProtocol.tunnelTimeout(common.defaultBackend()),
            serverConnections);
  }

  /** Builds an HTTP frontend. Not thread-safe. */
  public static final class Builder extends FrontendBuilder<Builder> {
    private Duration httpRequestTimeout = Duration.ofSeconds(10);
    private Duration keepAliveTimeout = Duration.ofSeconds(60);
    private ServerConnections serverConnections = ServerConnections.defaults();
    private int maxRequestLine = 8 * 1024;
    private int maxHeadBytes = 16 * 1024;
    private int maxHeaders = 100;
    private final Set<Relaxation> requests = EnumSet.noneOf(Relaxation.class);
    private final Set<Relaxation> responses = EnumSet.noneOf(Relaxation.class);
    private UnusualNames unusualNames = UnusualNames.PASS;
    private long maxRequestBody = Long.MAX_VALUE;
    private int minBodyRate = 240;
    private @Nullable Duration bodyGrace;
    private @Nullable String via;
    private boolean date;
    private boolean serveHalfClosed;
    private final Set<String> upgrades = new LinkedHashSet<>(Set.of("websocket"));
    private @Nullable Predicate<RequestInfo> connects;
    private @Nullable Http2 http2 = Http2.defaults();
    private @Nullable ForwardedFor forwardedFor;
    private boolean forwardedProto;
    private @Nullable ClientCertificateHeaders certificateHeaders;

    private Builder(String name) {
      super(name);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * Tells servers the client's address in {@code X-Forwarded-For} (HAProxy: {@code option forwardfor}).
     * Default: not told.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder forwardedFor() {
      return forwardedFor(ForwardedFor.defaults());
    }

    /**
     * Tells servers the client's address. Default: not told.
     *
     * @param rule how
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder forwardedFor(ForwardedFor rule) {
      forwardedFor = Objects.requireNonNull(rule, "forwardedFor");
      return this;
    }

    /**
     * Tells servers in {@code X-Forwarded-Proto} whether the client came by TLS: {@code https} or {@code
     * http} (HAProxy: {@code http-request set-header X-Forwarded-Proto https if { ssl_fc }}). By TLS to this
     * frontend, or to the proxy in front whose PROXY header says so. A field of that name that the client
     * sends is not passed on. Default: not told, and a client's own passes.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder forwardedProto() {
      forwardedProto = true;
      return this;
    }

    /**
     * Tells servers which certificate the client has shown, where a binding's TLS asks for one. Default: not
     * told.
     *
     * @param headers the names of the fields
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder clientCertificateHeaders(ClientCertificateHeaders headers) {
      certificateHeaders = Objects.requireNonNull(headers, "clientCertificateHeaders");
      return this;
    }

    /**
     * Tells servers which certificate the client has shown, by the fields {@code X-SSL-Client-…}. Default:
     * not told.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder clientCertificateHeaders() {
      return clientCertificateHeaders(ClientCertificateHeaders.defaults());
    }

    /**
     * How long a request's head may take from its first byte, for a connection's first request from the end
     * of its PROXY header and TLS handshake, which have times of their own, however the bytes trickle (HAProxy: {@code timeout http-request}). Then: 408. Default 10 s.
     *
     * @param timeout more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder httpRequestTimeout(Duration timeout) {
      httpRequestTimeout = Check.positive("httpRequestTimeout", timeout);
      return this;
    }

    /**
     * How long a client may wait before its next request (HAProxy: {@code timeout http-keep-alive}). Then
     * its connection is closed without a word. Default 60 s.
     *
     * @param timeout more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder keepAliveTimeout(Duration timeout) {
      keepAliveTimeout = Check.positive("keepAliveTimeout", timeout);
      return this;
    }

    /**
     * Goes on for a client that ends its direction behind a whole request, and answers it (HAProxy: {@code
     * no option abortonclose}, Nginx: {@code proxy_ignore_client_abort}): then only a reset or a failed
     * write says that a client is gone. Default: such a client is taken for gone and its attempt is
     * cancelled at once, since nearly all that do so have left, and the two look alike from here. A client
     * that still waits for a slot is taken for gone either way.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder serveHalfClosed() {
      serveHalfClosed = true;
      return this;
    }

    /**
     * Lets more {@code Upgrade} tokens pass than {@code websocket}. All others are stripped, so that a
     * server cannot be asked for a protocol that the proxy does not understand.
     *
     * @param tokens for example {@code "mqtt"}; added to those named before; {@code h2c} is not accepted
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder upgrades(String... tokens) {
      for (String token : tokens) {
        Names.token("upgrades", token);
        if (token.equalsIgnoreCase("h2c")) {
          throw new IllegalArgumentException("upgrades: 'h2c' (expected: a protocol but HTTP/2)");
        }
        upgrades.add(token);
      }
      return this;
    }

    /**
     * Lets clients open tunnels by the method CONNECT (RFC 9110 §9.3.6), through a server that takes it.
     * Default: none; they get 405.
     *
     * @param rule which requests may pass; called on an event loop, so it must not block. The {@code target}
     *     is a host and a port
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder allowConnect(Predicate<RequestInfo> rule) {
      connects = Objects.requireNonNull(rule, "allowConnect");
      return this;
    }

    /**
     * Sets what is allowed on HTTP/2 connections. Default: {@link Http2#defaults()}.
     *
     * @param settings of connections from clients and to servers
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder http2(Http2 settings) {
      http2 = Objects.requireNonNull(settings, "http2");
      return this;
    }

    /**
     * Speaks HTTP/1 only with clients. Servers may still be reached by HTTP/2.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder withoutHttp2() {
      http2 = null;
      return this;
    }

    /**
     * How long a request line may be; a longer one gets 414. Default 8 KiB.
     *
     * @param bytes 64..1048576, less than the whole head
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxRequestLine(int bytes) {
      maxRequestLine = Check.range("maxRequestLine", bytes, 64, 1024 * 1024);
      return this;
    }

    /**
     * How large a head may be, of a request, of a response or of trailers; a larger one of a request gets
     * 431, of a response 502. Default 16 KiB.
     *
     * @param bytes 256..1048576
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxHeadBytes(int bytes) {
      maxHeadBytes = Check.range("maxHeadBytes", bytes, 256, 1024 * 1024);
      return this;
    }

    /**
     * How many fields a head may have; one with more gets 431, or 502 when a response's. Default 100.
     *
     * @param fields 1..10000
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxHeaders(int fields) {
      maxHeaders = Check.range("maxHeaders", fields, 1, 10_000);
      return this;
    }

    /**
     * Lets violations of HTTP/1.1 pass that clients commit which cannot be changed. Default: none.
     *
     * @param violations added to those named before
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder relaxRequests(Relaxation... violations) {
      requests.addAll(List.of(violations));
      return this;
    }

    /**
     * Lets violations of HTTP/1.1 pass that servers commit which cannot be changed. Default: none.
     *
     * @param violations added to those named before; all but {@link Relaxation#NON_ASCII_TARGET}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder relaxResponses(Relaxation... violations) {
      List<Relaxation> more = List.of(violations);
      if (more.contains(Relaxation.NON_ASCII_TARGET)) {
        throw new IllegalArgumentException(
            "relaxResponses: NON_ASCII_TARGET (expected: a violation that responses have)");
      }
      responses.addAll(more);
      return this;
    }

    private Limits limits(Set<Relaxation> passing) {
      return new Limits(
          maxRequestLine,
          maxHeadBytes,
          maxHeaders,
          new Relaxed(
              passing.contains(Relaxation.BARE_LF),
              passing.contains(Relaxation.FOLDED_FIELD),
              passing.contains(Relaxation.NON_ASCII_TARGET),
              passing.contains(Relaxation.REPEATED_LENGTH),
              passing.contains(Relaxation.LENGTH_BESIDE_CODING)));
    }

    /**
     * Does not pass on request fields whose names have other characters than letters, digits and hyphens
     * (HAProxy: {@code http-restrict-req-hdr-names delete}; Nginx: {@code underscores_in_headers off}): they
     * are well-formed, but many servers make the same variable of {@code X-User} and {@code X_User}. Default:
     * they are passed on.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder dropUnusualHeaders() {
      unusualNames = UnusualNames.DROP;
      return this;
    }

    /**
     * Refuses requests with such fields by 400 (HAProxy: {@code http-restrict-req-hdr-names reject}); where one
     * is only behind a body, it is not passed on. See {@link #dropUnusualHeaders}.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder rejectUnusualHeaders() {
      unusualNames = UnusualNames.REJECT;
      return this;
    }

    /**
     * How large the body of a request may be (Nginx: {@code client_max_body_size}); a larger one gets 413:
     * at once where its length is announced, before any server is asked; else when so much has come, and the
     * server's connection is closed. Trailers and chunk framing do not count. Default: any size.
     *
     * @param bytes 0 or more
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maxRequestBody(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("maxRequestBody: %d (expected: >= 0)".formatted(bytes));
      }
      maxRequestBody = bytes;
      return this;
    }

    /**
     * How fast the body of a request has to come (Apache's {@code RequestReadTimeout body=…,MinRate=…};
     * Jetty's {@code minRequestDataRate}), so that one that trickles is not waited for for ever: it may take a
     * grace as long as the client time-out, and a second more for each so many bytes. Then: 408. Only time
     * counts in which the client is waited for, and only until the response begins. A body of gRPC
     * ({@code Content-Type: application/grpc…}) may rest. Default 240 bytes a second.
     *
     * @param bytesPerSecond 0 or more; 0 for no such limit
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder minBodyRate(int bytesPerSecond) {
      minBodyRate = Check.range("minBodyRate", bytesPerSecond, 0, Integer.MAX_VALUE);
      return this;
    }

    /**
     * As {@link #minBodyRate(int)}, with a grace of its own.
     *
     * @param bytesPerSecond 0 or more; 0 for no such limit
     * @param grace more than 0
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder minBodyRate(int bytesPerSecond, Duration grace) {
      bodyGrace = Check.positive("minBodyRate", grace);
      return minBodyRate(bytesPerSecond);
    }

    /**
     * Names the proxy in a field {@code Via} behind those of requests and of final responses (RFC 9110
     * §7.6.3), so that loops and the versions on the way can be seen. Default: no such field, as with HAProxy
     * and Nginx; those that come are passed on.
     *
     * @param name the proxy's name to others, not its host's: 1 to 128 characters of an HTTP token
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder via(String name) {
      via = Names.token("via", name);
      return this;
    }

    /**
     * Gives responses that have no {@code Date} the time at which they came (RFC 9110 §6.6.1), and the
     * proxy's own answers the time at which they are made. Default: no such field is added.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder date() {
      date = true;
      return this;
    }

    /**
     * How connections to servers are kept, and for which requests they are used again. Default: {@link
     * ServerConnections#defaults()}.
     *
     * @param settings for the servers of all backends of this frontend
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder serverConnections(ServerConnections settings) {
      serverConnections = Objects.requireNonNull(settings, "serverConnections");
      return this;
    }

    /**
     * Checks and builds.
     *
     * @return the frontend
     * @throws IllegalArgumentException when an address or a backend is missing, or limits contradict each
     *     other
     */
    @CheckReturnValue
    public HttpFrontend build() {
      FrontendSettings common = settings();
      if (maxRequestLine >= maxHeadBytes) {
        throw new IllegalArgumentException(
            "maxRequestLine: %d (expected: less than maxHeadBytes, which is %d)"
                .formatted(maxRequestLine, maxHeadBytes));
      }
      return new HttpFrontend(this, common);
    }
  }
}
