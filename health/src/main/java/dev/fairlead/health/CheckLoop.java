package dev.fairlead.health;

import dev.fairlead.health.Hysteresis.Transition;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.Finding;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server on a rhythm, and reports when enough verdicts have made a change. On the server's
 * control loop only.
 *
 * <ul>
 *   <li>The first check begins at once, the next one an interval after the end of the one before: never
 *       two at once. (HAProxy counts its interval from the end, too.)
 *   <li>The first pause is a random part of the interval, so that servers first asked together drift apart.
 *   <li>Whatever a probe does, it costs one check: a timer ends what does not end by itself.
 *   <li>Once closed, nothing is scheduled, connected or reported.
 * </ul>
 */
final class CheckLoop implements AutoCloseable {
  private final Watched server;
  private final Probe probe;
  private final Rhythm rhythm;
  private final ConnectOptions options;
  private final LoopTimer timer;
  private Hysteresis counted;
  private boolean judged;
  private @Nullable RunningCheck running;
  private boolean closed;

  CheckLoop(Watched server, Probe probe, Rhythm rhythm, Endpoint endpoint) {
    this.server = server;
    this.probe = probe;
    this.rhythm = rhythm;
    this.options = endpoint.within(rhythm.patience());
    this.timer = new LoopTimer(server.loop(), this::due);
    this.counted = rhythm.start();
  }

  void start() {
    if (rhythm.initialState() == InitialState.WAIT) {
      server.report(Finding.down("no verdict yet"));
    }
    if (!closed) {
      ask();
    }
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
    running = new RunningCheck(server, probe, options, this::learned);
    timer.set(rhythm.patience().toNanos());
    running.ask();
  }

  private void learned(Verdict verdict) {
    running = null;
    if (closed) {
      return;
    }
    Hysteresis before = counted;
    counted = before.after(verdict.passed());
    boolean first = !judged;
    judged = true;
    timer.set(
        first
            ? rhythm.nanosAfterFirst(counted, server.random())
            : rhythm.nanosAfter(counted, server.random()));
    if (first || counted.since(before) == Transition.CHANGED) {
      report(verdict, first);
    }
  }

  private void report(Verdict verdict, boolean first) {
    boolean up = counted.up();
    int needed = up ? rhythm.rise() : rhythm.fall();
    String count = first ? "first check" : needed + " of " + needed;
    server.report(
        up
            ? Finding.up(verdict + ", " + count + " passed")
            : Finding.down(verdict + ", " + count + " failed"));
  }
}
