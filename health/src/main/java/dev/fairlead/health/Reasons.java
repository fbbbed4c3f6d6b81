package dev.fairlead.health;

import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.CheckCode;
import dev.fairlead.status.Reason;
import io.netty.channel.ConnectTimeoutException;
import java.net.SocketException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is told to an operator: in words, and in one line whatever the peer has sent. */
final class Reasons {
  private static final int LONGEST = 300;

  /** How native transports begin what the system said: with the name of its call and its number. */
  private static final Pattern NATIVE_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private Reasons() {}

  static Verdict notConnected(@Nullable Throwable cause) {
    if (cause instanceof EdgeException tls) {
      return tls(tls);
    }
    return cause instanceof ConnectTimeoutException
        ? Verdict.of(CheckCode.L4TOUT, "no connection")
        : Verdict.of(CheckCode.L4CON, message(cause));
  }

  /** A connection that was there broke. */
  static Verdict broken(@Nullable Throwable cause) {
    return cause instanceof EdgeException tls
        ? tls(tls)
        : Verdict.of(CheckCode.L7RSP, message(cause));
  }

  /** TLS says what is wrong with the server in words of its own. */
  static Verdict tls(EdgeException failure) {
    CheckCode code = failure.reason() == Reason.TLS_TIMEOUT ? CheckCode.L6TOUT : CheckCode.L6RSP;
    return Verdict.of(code, String.valueOf(failure.getMessage()));
  }

  /** The class is named unless the system's words for a socket's failure say it all. */
  static String message(@Nullable Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause == null) {
      return "unknown failure";
    }
    String kind = cause.getClass().getSimpleName();
    String message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return kind;
    }
    Matcher call = NATIVE_CALL.matcher(message);
    boolean systems = call.lookingAt();
    if (systems) {
      message = message.substring(call.end());
    }
    return systems || cause instanceof SocketException ? message : kind + ": " + message;
  }

  /** Without what could move a terminal's cursor, and not too long. */
  static String line(String text) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST));
    for (int i = 0; i < text.length() && i < LONGEST; i++) {
      char c = text.charAt(i);
      line.append(moves(c) ? '?' : c);
    }
    return line.toString();
  }

  /** Controls, what turns the direction of a text, is not seen, or ends a line. */
  private static boolean moves(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> true;
      default -> false;
    };
  }
}
