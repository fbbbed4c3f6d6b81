package dev.fairlead.health;

import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.Health;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server's agent on a rhythm, never twice at once, and reports what its answers come to when that
 * changes. On the server's control loop only; once closed, nothing is scheduled, connected or reported.
 */
final class AgentLoop implements AutoCloseable {
  private final Watched server;
  private final String question;
  private final Rhythm rhythm;
  private final ConnectOptions options;
  private final LoopTimer timer;
  private AgentReply known = AgentReply.NOTHING;
  /** Of the question that is being asked; null as long as there is none. */
  private @Nullable AgentReply reply;

  private @Nullable String warned;
  private @Nullable RunningCheck running;
  private boolean asked;
  private long startedAt;
  private boolean closed;

  AgentLoop(Watched server, String question, Rhythm rhythm, Endpoint endpoint) {
    this.server = server;
    this.question = question;
    this.rhythm = rhythm;
    this.options = endpoint.within(rhythm.patience());
    this.timer = new LoopTimer(server.loop(), this::due);
  }

  void start() {
    known = server.restored().map(AgentReply::of).orElse(known);
    ask();
  }

  @Override
  public void close() {
    closed = true;
    timer.close();
    if (running != null) {
      running.abandon();
      running = null;
    }
  }

  private void due() {
    if (running != null) {
      running.timeOut();
    } else {
      ask();
    }
  }

  private void ask() {
    startedAt = server.loop().ticker().nanoTime();
    reply = null;
    running = new RunningCheck(
        server, target -> Exchange.with(target, new Talk()), options, this::learned);
    timer.set(rhythm.patience().toNanos());
    running.ask();
  }

  private final class Talk implements Exchange.Dialogue {
    @Override
    public void begun(Exchange with) {
      with.awaits("no line from the agent");
      if (!question.isEmpty()) {
        with.send(question);
      }
    }

    @Override
    public @Nullable Verdict heard(Exchange with) {
      CharSequence came = with.received();
      for (int i = 0; i < came.length(); i++) {
        if (came.charAt(i) == '\r' || came.charAt(i) == '\n') {
          return understood(came.subSequence(0, i).toString());
        }
      }
      return null;
    }

    private Verdict understood(String line) {
      AgentReply said = AgentReply.parse(line);
      reply = said;
      return said.health() == Health.DOWN ? Verdict.fail(line) : Verdict.pass(line);
    }
  }

  private void learned(Verdict verdict) {
    running = null;
    if (closed) {
      return;
    }
    timer.set(untilBeat());
    server.checked(
        verdict.code(), verdict.words(), Objects.requireNonNull(verdict.duration(), "duration"));
    AgentReply said = reply;
    if (said == null) {
      return; // whether the server is there is the health check's question
    }
    AgentReply before = known;
    known = said.after(before);
    if (!known.means(before)) {
      server.report(known.finding(server.weight()));
    }
    warn(said.odd());
  }

  private void warn(@Nullable String odd) {
    if (odd != null && !odd.equals(warned)) {
      server.warned("the agent says what is not understood: " + Reasons.line(ByteText.shown(odd)));
    }
    warned = odd;
  }

  /** To the next multiple of the interval after the beginning; the first time, anywhere before it. */
  private long untilBeat() {
    long interval = asked
        ? rhythm.nanosAfter(rhythm.start(), server.random())
        : rhythm.nanosAfterFirst(rhythm.start(), server.random());
    asked = true;
    long passed = server.loop().ticker().nanoTime() - startedAt;
    return interval - passed % interval;
  }
}
