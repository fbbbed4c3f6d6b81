package dev.fairlead.health;

import dev.fairlead.spi.Check;
import dev.fairlead.status.CheckCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A conversation of the user's with a TCP server, step by step (HAProxy: {@code tcp-check send} and {@code
 * tcp-check expect}). Immutable: each method returns a changed copy. Made by {@link Probes#script()}.
 *
 * <pre>{@code
 * Probes.script()
 *     .expect("220 ").comment("greeting")
 *     .send("QUIT\r\n")
 *     .expectRegex("^221[ -]")
 * }</pre>
 *
 * <p>What the server sends is collected, up to 16,384 bytes (HAProxy: {@code tune.bufsize}), until the next
 * {@code send}, which drops it. An {@code expect} passes as soon as what it looks for is anywhere in what was
 * collected; a step after it looks at the same bytes again. A {@code reject} fails as soon as what it looks
 * for is there; it passes when nothing more can come, because the server has ended its side or the
 * 16,384 bytes are full, or by {@link #minReceived}. When all steps have passed, so has the check. One that
 * fails names its step ({@code L7RSP}), and so does one that the timeout ends ({@code L7TOUT}): {@code no
 * match at step 1, expect "220 " (greeting), got "554 no service"}.
 *
 * <p>Regular expressions are those of {@link java.util.regex.Pattern}, look for a match anywhere, and see
 * one character a byte (ISO 8859-1). They run on the control loop, so one that tries more than some millions
 * of characters fails the check.
 */
public final class TcpScript implements Probe {
  static final TcpScript EMPTY = new TcpScript(List.of());

  private final List<Step> steps;

  private TcpScript(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * One step.
   *
   * @param bytes to send; null for a step that looks for something
   * @param needle what it looks for; null for a step that sends
   * @param wanted whether it must be there, or must not
   * @param least how many bytes settle it even when it was not found; −1: no number of them
   * @param comment for people; empty for none
   */
  private record Step(
      @Nullable String bytes, @Nullable Needle needle, boolean wanted, int least, String comment) {
    static Step send(String bytes) {
      return new Step(bytes, null, false, -1, "");
    }

    static Step look(Needle needle, boolean wanted) {
      return new Step(null, needle, wanted, -1, "");
    }

    /** What is sent may be a secret. */
    @Override
    public String toString() {
      String what = bytes != null
          ? "send " + bytes.length() + " bytes"
          : (wanted ? "expect " : "reject ") + needle;
      return comment.isEmpty() ? what : what + " (" + comment + ")";
    }
  }

  /**
   * Sends a text, and drops what was collected.
   *
   * @param text in UTF-8; line ends are up to you
   * @return a changed copy
   */
  public TcpScript send(String text) {
    return with(Step.send(ByteText.of(Arguments.notEmpty("send", text))));
  }

  /**
   * Sends bytes, and drops what was collected.
   *
   * @param hex two digits for each byte
   * @return a changed copy
   */
  public TcpScript sendBinary(String hex) {
    return with(Step.send(ByteText.ofHex("hex", Arguments.notEmpty("hex", hex))));
  }

  /**
   * Waits for a text (HAProxy: {@code expect string}).
   *
   * @param text in UTF-8
   * @return a changed copy
   */
  public TcpScript expect(String text) {
    return with(Step.look(Needle.text(text), true));
  }

  /**
   * Fails when a text comes (HAProxy: {@code expect ! string}).
   *
   * @param text in UTF-8
   * @return a changed copy
   */
  public TcpScript reject(String text) {
    return with(Step.look(Needle.text(text), false));
  }

  /**
   * Waits for a match (HAProxy: {@code expect rstring}).
   *
   * @param regex sees one character a byte
   * @return a changed copy
   */
  public TcpScript expectRegex(String regex) {
    return with(Step.look(Needle.regex(regex), true));
  }

  /**
   * Fails on a match (HAProxy: {@code expect ! rstring}).
   *
   * @param regex sees one character a byte
   * @return a changed copy
   */
  public TcpScript rejectRegex(String regex) {
    return with(Step.look(Needle.regex(regex), false));
  }

  /**
   * Waits for bytes (HAProxy: {@code expect binary}).
   *
   * @param hex two digits for each byte
   * @return a changed copy
   */
  public TcpScript expectBinary(String hex) {
    return with(Step.look(Needle.binary(hex), true));
  }

  /**
   * Fails when bytes come (HAProxy: {@code expect ! binary}).
   *
   * @param hex two digits for each byte
   * @return a changed copy
   */
  public TcpScript rejectBinary(String hex) {
    return with(Step.look(Needle.binary(hex), false));
  }

  /**
   * Waits for a match in the hexadecimal form of what came (HAProxy: {@code expect rbinary}).
   *
   * @param regex sees two digits for each byte, with capital letters
   * @return a changed copy
   */
  public TcpScript expectBinaryRegex(String regex) {
    return with(Step.look(Needle.binaryRegex(regex), true));
  }

  /**
   * Fails on a match in the hexadecimal form of what came (HAProxy: {@code expect ! rbinary}).
   *
   * @param regex sees two digits for each byte, with capital letters
   * @return a changed copy
   */
  public TcpScript rejectBinaryRegex(String regex) {
    return with(Step.look(Needle.binaryRegex(regex), false));
  }

  /**
   * Settles the last step as soon as so many bytes have been collected, and not before (HAProxy: {@code
   * min-recv}): an {@code expect} without a match then fails, a {@code reject} passes.
   *
   * @param bytes 0..16384; default: nothing but the end of the data settles it. Fewer than a text or the
   *     bytes looked for are taken for as many
   * @return a changed copy
   * @throws IllegalStateException when the last step is none of those
   */
  public TcpScript minReceived(int bytes) {
    Step last = last("minReceived");
    if (last.needle() == null) {
      throw new IllegalStateException("minReceived: after a send (expected: after an expect)");
    }
    int least = Math.max(
        Check.range("minReceived", bytes, 0, Exchange.MOST), last.needle().length());
    return replaced(new Step(null, last.needle(), last.wanted(), least, last.comment()));
  }

  /**
   * Says in the verdict what the last step is about (HAProxy: {@code comment}).
   *
   * @param text for people
   * @return a changed copy
   * @throws IllegalStateException when there is no step yet
   */
  public TcpScript comment(String text) {
    Step last = last("comment");
    return replaced(new Step(
        last.bytes(),
        last.needle(),
        last.wanted(),
        last.least(),
        Arguments.notEmpty("comment", text)));
  }

  private Step last(String option) {
    if (steps.isEmpty()) {
      throw new IllegalStateException(option + ": no step (expected: after a step)");
    }
    return steps.get(steps.size() - 1);
  }

  private TcpScript with(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new TcpScript(List.copyOf(more));
  }

  private TcpScript replaced(Step step) {
    List<Step> changed = new ArrayList<>(steps);
    changed.set(steps.size() - 1, step);
    return new TcpScript(List.copyOf(changed));
  }

  /** Called by Fairlead, for each check. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    return Exchange.with(target, new Run());
  }

  /** The script, played to one server. */
  private final class Run implements Exchange.Dialogue {
    private final Needle.Effort effort = new Needle.Effort();
    private int next;

    @Override
    public @Nullable Verdict heard(Exchange with) {
      while (next < steps.size()) {
        Step step = steps.get(next);
        if (step.needle() == null) {
          with.forget();
          with.send(String.valueOf(step.bytes()));
        } else {
          String place = "step " + (next + 1) + ", " + step;
          with.awaits((step.wanted() ? "no match at " : "no end of the data at ") + place);
          boolean settled = with.over() || settles(step, with.received().length());
          if (!settled && step.least() > 0) {
            return null;
          }
          if (step.needle().in(with.received(), effort)) {
            if (!step.wanted()) {
              with.awaits("unwanted match at " + place);
              return failed(with);
            }
          } else if (!settled) {
            return null;
          } else if (step.wanted()) {
            return with.over() ? null : failed(with);
          } else if (with.received().isEmpty()) {
            with.awaits("no data at " + place);
            return null;
          }
        }
        next++;
      }
      return passed();
    }

    private Verdict passed() {
      return switch (steps.size()) {
        case 0 -> Verdict.of(CheckCode.L4OK, "connected");
        case 1 -> Verdict.pass("1 step passed");
        default -> Verdict.pass(steps.size() + " steps passed");
      };
    }

    /** Nothing at all settles nothing. */
    private static boolean settles(Step step, int received) {
      return step.least() >= 0 && received >= Math.max(1, step.least());
    }

    private static Verdict failed(Exchange with) {
      return Verdict.of(CheckCode.L7RSP, with.missing());
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TcpScript that && steps.equals(that.steps);
  }

  @Override
  public int hashCode() {
    return steps.hashCode();
  }

  /** {@return for example {@code tcp script: send 6 bytes, expect "+PONG"}} */
  @Override
  public String toString() {
    return steps.stream().map(Step::toString).collect(Collectors.joining(", ", "tcp script: ", ""));
  }
}
