package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends one datagram, and looks at the answer (keepalived: {@code UDP_CHECK}; Nginx: {@code health_check
 * udp}). Made by {@link Probes#udp}. Immutable and thread-safe: each method returns a changed copy.
 *
 * <p>By default an answer is not needed, and any will do. The check then passes ({@code L4OK}) unless the
 * server's host tells within half the check's timeout that nobody listens there ({@code L4CON}), which a
 * host that is gone, or a firewall, does not tell. What is sent may get lost, as may the answer: such checks
 * want a {@link HealthCheck#fall} of more than one.
 *
 * <p>At most 2048 bytes of an answer are looked at, and of several answers the first. Regular expressions are
 * those of {@link TcpScript}.
 */
public final class UdpProbe implements Probe {
  private static final int LONGEST = 65_507;

  private final String payload;
  private final boolean needsAnswer;
  private final @Nullable Needle expected;

  private UdpProbe(String payload, boolean needsAnswer, @Nullable Needle expected) {
    this.payload = payload;
    this.needsAnswer = needsAnswer;
    this.expected = expected;
  }

  static UdpProbe sending(String bytes) {
    if (bytes.length() > LONGEST) {
      throw new IllegalArgumentException(
          "payload: %d bytes (expected: at most %d)".formatted(bytes.length(), LONGEST));
    }
    return new UdpProbe(bytes, false, null);
  }

  /**
   * Any answer is needed (keepalived: {@code require_reply}).
   *
   * @return a changed copy
   */
  public UdpProbe requireReply() {
    return new UdpProbe(payload, true, expected);
  }

  /**
   * An answer is needed that contains a text.
   *
   * @param text in UTF-8
   * @return a changed copy
   */
  public UdpProbe expect(String text) {
    return new UdpProbe(payload, true, Needle.text(text));
  }

  /**
   * An answer is needed that contains a match.
   *
   * @param regex sees one character a byte (ISO 8859-1)
   * @return a changed copy
   */
  public UdpProbe expectRegex(String regex) {
    return new UdpProbe(payload, true, Needle.regex(regex));
  }

  /**
   * An answer is needed that contains these bytes.
   *
   * @param hex two digits for each byte
   * @return a changed copy
   */
  public UdpProbe expectBinary(String hex) {
    return new UdpProbe(payload, true, Needle.binary(hex));
  }

  /**
   * An answer is needed whose hexadecimal form contains a match; keepalived's wildcards are dots here, {@code
   * ^8180....00}.
   *
   * @param regex sees two digits for each byte, with capital letters
   * @return a changed copy
   */
  public UdpProbe expectBinaryRegex(String regex) {
    return new UdpProbe(payload, true, Needle.binaryRegex(regex));
  }

  /** Called by Fairlead, for each check. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    Awaited verdict = DatagramExchange.with(target, ByteText.bytes(payload), new Answer());
    if (!needsAnswer) {
      Future<?> patience = target
          .loop()
          .schedule(
              () -> verdict.complete(Verdict.of(CheckCode.L4OK, "not refused")),
              target.timeout().toNanos() / 2,
              TimeUnit.NANOSECONDS);
      var unused = verdict.whenComplete((found, failure) -> patience.cancel(false));
    }
    return verdict;
  }

  private final class Answer implements DatagramExchange.Judge {
    @Override
    public Verdict heard(ByteBuf answer) {
      String text = answer.toString(ISO_8859_1);
      if (expected == null || expected.in(text, new Needle.Effort())) {
        return Verdict.pass("answered, " + text.length() + " bytes");
      }
      return Verdict.of(CheckCode.L7RSP, "got " + ByteText.shown(text))
          .expected(expected.toString());
    }

    @Override
    public Verdict late() {
      return Verdict.of(CheckCode.L7TOUT, "no answer");
    }
  }

  /** {@return for example {@code udp: send 4 bytes, expect "pong"}; what is sent may be a secret} */
  @Override
  public String toString() {
    return "udp: send " + payload.length() + " bytes"
        + (expected != null ? ", expect " + expected : needsAnswer ? ", require a reply" : "");
  }
}
