package dev.fairlead.health;

import dev.fairlead.health.Hysteresis.Transition;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.Admin;
import dev.fairlead.status.CheckCode;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server on a rhythm, and reports when enough verdicts have made a change. On the server's
 * control loop only.
 *
 * <ul>
 *   <li>Intervals count from the beginning of one check to the beginning of the next, so that the rhythm
 *       does not drift; a check that takes longer makes the next one wait for the following beat. Never two
 *       at once.
 *   <li>The first interval is a random part of itself, so that servers first asked together drift apart.
 *   <li>Whatever a probe does, it costs one check: a timer ends what does not end by itself.
 *   <li>Once closed, nothing is scheduled, connected or reported.
 * </ul>
 */
final class CheckLoop implements AutoCloseable {
  private final Watched server;
  private final Probe probe;
  private final Rhythm rhythm;
  private final ConnectOptions options;
  private final Observation observation;
  private final LoopTimer timer;
  private Hysteresis counted;
  private boolean judged;
  private boolean draining;
  private @Nullable String warned;
  private @Nullable RunningCheck running;
  private @Nullable ObservedTraffic traffic;

  /** When the last check should have begun, and the next one should: being late is not handed on. */
  private long beat;

  private long nextAt;
  private boolean closed;

  /** Without an eye on traffic. */
  CheckLoop(Watched server, Probe probe, Rhythm rhythm, Endpoint endpoint) {
    this(server, probe, rhythm, endpoint, Observation.NONE);
  }

  CheckLoop(
      Watched server, Probe probe, Rhythm rhythm, Endpoint endpoint, Observation observation) {
    this.server = server;
    this.probe = probe;
    this.rhythm = rhythm;
    this.options = endpoint.within(rhythm.patience());
    this.observation = observation;
    this.timer = new LoopTimer(server.loop(), this::due);
    this.counted = rhythm.start();
  }

  void start() {
    Health before = server.restored().map(Finding::health).orElse(null);
    if (before != null && before != Health.UNCHECKED) {
      restored(before);
    } else {
      begin();
    }
    if (closed) {
      return;
    }
    Classifier errors = observation.classifier();
    if (errors != null) {
      traffic = new ObservedTraffic(server, errors, observation.errorLimit(), this::tooManyErrors);
    }
    long delay = rhythm.nanosToFirst(server.random());
    nextAt = now() + delay;
    if (delay > 0) {
      timer.set(delay);
    } else {
      ask();
    }
  }

  /** What was said before a restart is in force already; the counter stands at its end. */
  private void restored(Health before) {
    judged = true;
    draining = server.restored().map(Finding::admin).isPresent();
    counted = Hysteresis.settled(rhythm.rise(), rhythm.fall(), before == Health.UP);
  }

  private void begin() {
    switch (rhythm.initialState()) {
      case FULLY_UP -> server.report(Finding.up("fully up at the start"));
      case DOWN, FULLY_DOWN -> server.report(Finding.down("down at the start"));
      case WAIT -> server.report(Finding.awaited("no verdict yet"));
      case UP -> {} // it counts as up until somebody speaks
    }
  }

  @Override
  public void close() {
    closed = true;
    timer.close();
    if (traffic != null) {
      traffic.close();
    }
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

  private void askIn(long nanos) {
    nextAt = now() + nanos;
    timer.set(nanos);
  }

  private void ask() {
    beat = nextAt;
    running = new RunningCheck(server, probe, options, this::learned);
    timer.set(rhythm.patience().toNanos());
    running.ask();
  }

  private void learned(Verdict found) {
    Verdict verdict = counted.up() ? found : found.ofOneThatIsDown();
    running = null;
    if (closed) {
      return;
    }
    Hysteresis before = counted;
    counted = before.after(verdict.passed());
    boolean first = !judged;
    judged = true;
    long interval = first
        ? rhythm.nanosAfterFirst(counted, server.random())
        : rhythm.nanosAfter(counted, server.random());
    askIn(untilBeat(interval));
    Duration took = Objects.requireNonNull(verdict.duration(), "duration");
    server.checked(verdict.code(), verdict.words(), took);
    boolean drains = verdict.code() == CheckCode.L7OKC;
    boolean settled = first && verdict.passed() == counted.up();
    boolean turned =
        !settled && before.up() && counted.up() && verdict.passed() && drains != draining;
    if (settled || turned || counted.since(before) == Transition.CHANGED) {
      draining = drains;
      String after = turned ? "after a drain" : settled ? "first check " + word() : count();
      report(verdict, after);
    }
    warn(verdict.warning());
  }

  /** To the next multiple of the interval after the last beat. */
  private long untilBeat(long interval) {
    long passed = now() - beat;
    return interval - passed % interval;
  }

  /** What traffic shows is as good as a check; and the next check comes soon. */
  private void tooManyErrors(LastError last) {
    OnError reaction = observation.onError();
    Hysteresis before = counted;
    counted = reaction.after(before);
    if (reaction != OnError.FAST_INTERVAL) {
      String text = observation.errorLimit() + " errors in a row in traffic, the last: " + last;
      Verdict verdict = Verdict.of(CheckCode.HANA, text);
      server.checked(verdict.code(), verdict.words(), Duration.ZERO);
      if (counted.since(before) == Transition.CHANGED) {
        report(verdict, reaction.word());
      }
    }
    long soon = rhythm.nanosAfterErrors();
    if (!closed && running == null && nextAt - now() > soon) {
      askIn(soon);
    }
  }

  private long now() {
    return server.loop().ticker().nanoTime();
  }

  private String count() {
    int needed = counted.up() ? rhythm.rise() : rhythm.fall();
    return "%d of %d %s".formatted(needed, needed, word());
  }

  private String word() {
    return counted.up() ? "passed" : "failed";
  }

  private void report(Verdict verdict, String after) {
    if (!counted.up()) {
      server.report(Finding.down(verdict + ", " + after));
    } else if (draining) {
      server.report(new Finding(Health.UP, Admin.DRAIN, null, null, verdict.toString()));
    } else {
      server.report(Finding.up(verdict + ", " + after));
    }
  }

  private void warn(@Nullable String warning) {
    if (warning != null && !warning.equals(warned)) {
      server.warned(Reasons.line(warning));
    }
    warned = warning;
  }
}
