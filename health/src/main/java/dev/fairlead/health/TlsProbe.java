package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Whether the TLS handshake with a server succeeds: {@link CheckCode#L6OK} with version and cipher suite, or
 * {@link CheckCode#L6RSP} with what is wrong, for example a certificate that has expired, is for another name
 * or comes from nobody who is trusted. A certificate that ends soon is a warning, and an event. Each check
 * makes a full handshake, so that a new certificate is seen. Immutable; made by {@link Probes#tls}.
 *
 * <pre>{@code
 * HealthCheck.of(Probes.tls().warnBefore(ofDays(30))).every(ofMinutes(1))
 * }</pre>
 */
public final class TlsProbe implements Probe {
  static final TlsProbe DEFAULT = new TlsProbe(Duration.ofDays(14));

  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Duration warnBefore;

  private TlsProbe(Duration warnBefore) {
    this.warnBefore = warnBefore;
  }

  /**
   * How long before the end of a certificate, the server's or one of those that it sends along, to warn.
   *
   * @param time 0..3650 days; 0 for no warning; default 14 days
   * @return a changed copy
   */
  public TlsProbe warnBefore(Duration time) {
    Objects.requireNonNull(time, "warnBefore");
    if (time.isNegative() || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("warnBefore: %s (expected: 0..3650 days)".formatted(time));
    }
    return new TlsProbe(time);
  }

  /** Called by Fairlead. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    Future<Channel> connection =
        target.connect(new Silent(), options -> options.edge(options.edge().withoutResumption()));
    connection.addListener(connected -> verdict.complete(
        connected.isSuccess()
            ? shaken(connection.getNow(), target.now())
            : Reasons.notConnected(connected.cause())));
    return verdict;
  }

  private Verdict shaken(Channel channel, Instant now) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return Verdict.of(CheckCode.L6RSP, "no TLS is set for the connection")
          .expected("Server.tls or HealthCheck.tls");
    }
    SSLSession session = tls.engine().getSession();
    Verdict verdict =
        Verdict.of(CheckCode.L6OK, session.getProtocol() + " " + session.getCipherSuite());
    X509Certificate first = firstToEnd(session);
    if (first == null) {
      return verdict;
    }
    Duration left = Duration.between(now, end(first));
    return left.compareTo(warnBefore) < 0 ? verdict.warning(warning(first, left)) : verdict;
  }

  private static @Nullable X509Certificate firstToEnd(SSLSession session) {
    X509Certificate first = null;
    try {
      for (Certificate one : session.getPeerCertificates()) {
        if (one instanceof X509Certificate x509
            && (first == null || end(x509).isBefore(end(first)))) {
          first = x509;
        }
      }
    } catch (SSLPeerUnverifiedException e) {
      return null; // a cipher suite without certificates
    }
    return first;
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String warning(X509Certificate certificate, Duration left) {
    Instant end = end(certificate);
    String when;
    if (left.isNegative()) {
      when = "has expired, on " + end;
    } else if (left.toDays() == 0) {
      when = "expires in less than a day, on " + end;
    } else {
      when =
          "expires in " + left.toDays() + (left.toDays() == 1 ? " day" : " days") + ", on " + end;
    }
    return "the certificate of " + certificate.getSubjectX500Principal().getName() + " " + when;
  }

  /** What becomes of the connection is of no interest. */
  private static final class Silent extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsProbe that && warnBefore.equals(that.warnBefore);
  }

  @Override
  public int hashCode() {
    return warnBefore.hashCode();
  }

  /** {@return for example {@code tls, warning 14 days before}} */
  @Override
  public String toString() {
    if (warnBefore.isZero()) {
      return "tls";
    }
    boolean days = warnBefore.equals(Duration.ofDays(warnBefore.toDays()));
    String time = days ? warnBefore.toDays() + " days" : warnBefore.toSeconds() + " s";
    return "tls, warning " + time + " before";
  }
}
