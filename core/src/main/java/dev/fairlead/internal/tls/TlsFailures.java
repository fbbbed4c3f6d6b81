package dev.fairlead.internal.tls;

import dev.fairlead.status.Reason;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of a handshake means, of either provider's. Neither has a type for most of them, so
 * that their texts are looked into. Stateless.
 */
public final class TlsFailures {
  /**
   * What an exception means.
   *
   * @param failure the kind
   * @param alert the alert that the peer has sent, for example {@code unknown_ca}; null for none
   * @param text for operators, one line
   */
  public record Diagnosis(Reason failure, @Nullable String alert, String text) {}

  /** The JDK's words, and those of OpenSSL and BoringSSL. */
  private static final Pattern ALERT = Pattern.compile(
      "(?i)Received fatal alert: ([a-z_]+)|:(?:SSLV3|TLSV1|TLSV13)_ALERT_([A-Z_]+)");

  /** An alert that says the same as what this side could have found. */
  private static final Set<String> NOTHING_SHARED =
      Set.of("protocol_version", "insufficient_security", "inappropriate_fallback");

  private static final List<String> UNTOLD = List.of(
      ":NO_SHARED_CIPHER", ":NO_SHARED_GROUP", ":WRONG_CURVE", ":NO_COMMON_SIGNATURE_ALGORITHMS");

  private record Words(Reason failure, List<String> any) {}

  private static final List<Words> WORDS = List.of(
      new Words(
          Reason.TLS_NO_CERTIFICATE,
          List.of(
              "Empty client certificate chain",
              "Empty server certificate chain",
              "PEER_DID_NOT_RETURN_A_CERTIFICATE")),
      new Words(
          Reason.TLS_NOT_SPOKEN,
          List.of(
              "Unsupported or unrecognized SSL message",
              ":HTTP_REQUEST",
              ":HTTPS_PROXY_REQUEST",
              ":WRONG_VERSION_NUMBER")),
      new Words(
          Reason.TLS_NOTHING_SHARED,
          List.of(
              "no cipher suites in common",
              "not accepted by server preferences",
              "is not enabled or supported",
              "No appropriate protocol",
              "The server selected protocol version",
              "not accepted by client preferences",
              "Unable to negotiate key exchange",
              "No available authentication scheme",
              "Unable to find key material",
              ":UNSUPPORTED_PROTOCOL",
              ":NO_SHARED_CIPHER",
              ":NO_SHARED_GROUP",
              ":WRONG_CURVE",
              ":NO_COMMON_SIGNATURE_ALGORITHMS",
              ":NO_CIPHERS_AVAILABLE",
              ":NO_SUPPORTED_VERSIONS_ENABLED",
              ":UNKNOWN_PROTOCOL")),
      new Words(
          Reason.TLS_CLOSED,
          List.of(
              "Connection closed while SSL/TLS handshake was in progress",
              "close_notify during handshake",
              "closed already")));

  private static final byte[] HANDSHAKE_FAILURE = {21, 3, 3, 0, 2, 2, 40};

  private TlsFailures() {}

  /**
   * Whether a client has not been told of a failed handshake: what BoringSSL finds behind the choice of a
   * certificate, which is a task of its own, it finds while it is asked for bytes to send, and Netty's engine
   * then drops the alert for the exception. Nothing was sent by then: {@link #handshakeFailure} can be, as it
   * is.
   */
  public static boolean isUntold(Throwable failure) {
    for (Throwable t : related(failure)) {
      String message = t.getMessage();
      if (message != null && UNTOLD.stream().anyMatch(message::contains)) {
        return true;
      }
    }
    return false;
  }

  /** A record with the fatal alert {@code handshake_failure} (RFC 8446 §6.2). */
  public static byte[] handshakeFailure() {
    return HANDSHAKE_FAILURE.clone();
  }

  /** What it means. */
  public static Diagnosis of(Throwable failure) {
    Set<Throwable> all = related(failure);
    for (Throwable t : all) {
      if (t instanceof PeerProblem problem) {
        return new Diagnosis(
            problem.failure(), null, problem.failure().text() + ": " + problem.getMessage());
      }
    }
    for (Throwable t : all) {
      Diagnosis found = byText(t);
      if (found != null) {
        return found;
      }
    }
    for (Throwable t : all) {
      Reason found = byType(t);
      if (found != null) {
        return new Diagnosis(found, null, found.text());
      }
    }
    return told(Reason.TLS_FAILED, failure);
  }

  /** With causes and what they suppress, each once. */
  private static Set<Throwable> related(Throwable failure) {
    Set<Throwable> seen = new LinkedHashSet<>();
    Deque<Throwable> open = new ArrayDeque<>(List.of(failure));
    for (Throwable t = open.poll(); t != null; t = open.poll()) {
      if (seen.add(t)) {
        Collections.addAll(open, t.getSuppressed());
        if (t.getCause() != null) {
          open.add(t.getCause());
        }
      }
    }
    return seen;
  }

  private static @Nullable Diagnosis byText(Throwable t) {
    String message = t.getMessage();
    if (message == null) {
      return null;
    }
    Matcher alert = ALERT.matcher(message);
    if (alert.find()) {
      String jdk = alert.group(1);
      String name = (jdk == null ? alert.group(2) : jdk).toLowerCase(Locale.ROOT);
      Reason failure =
          NOTHING_SHARED.contains(name) ? Reason.TLS_NOTHING_SHARED : Reason.TLS_PEER_REFUSED;
      return new Diagnosis(failure, name, "%s: alert %s".formatted(failure.text(), name));
    }
    for (Words words : WORDS) {
      if (words.any().stream().anyMatch(message::contains)) {
        return told(words.failure(), t);
      }
    }
    return null;
  }

  private static @Nullable Reason byType(Throwable t) {
    if (t instanceof SslHandshakeTimeoutException) {
      return Reason.TLS_TIMEOUT;
    }
    if (t instanceof NotSslRecordException) {
      return Reason.TLS_NOT_SPOKEN;
    }
    boolean gone = t instanceof ClosedChannelException
        || (t instanceof IOException && !(t instanceof SSLException));
    return gone ? Reason.TLS_CLOSED : null;
  }

  private static Diagnosis told(Reason failure, Throwable t) {
    return new Diagnosis(failure, null, "%s: %s".formatted(failure.text(), t.getMessage()));
  }
}
