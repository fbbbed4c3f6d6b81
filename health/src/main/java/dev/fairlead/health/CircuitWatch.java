package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import dev.fairlead.health.Circuit.State;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes the circuit of one server. On the control loop, but for outcomes.
 *
 * <p>In the half-open state the limit is the number of trials that have not ended, and of calls that are older
 * than the trials: as what is under way never exceeds it, and the slot of one that ends is kept until the limit
 * has fallen, no more begin than there are to be.
 */
final class CircuitWatch implements Watched.OutcomeListener, AutoCloseable {
  private final Watched server;
  private final Classifier classifier;
  private final CircuitTrials trials;
  private final Circuit circuit;
  private final LastError last = new LastError();
  private final long slowNanos;
  private final LoopTimer timer;
  private final @Nullable LoopTimer slices;
  private final OlderLeases older = new OlderLeases();
  private final ControlCall turn;
  private final Listening listening;
  private int opened;
  private int limit;

  CircuitWatch(Watched server, CircuitSettings settings, CircuitTrials trials) {
    this.server = server;
    this.classifier = settings.classifier();
    this.trials = trials;
    Window window = settings.window();
    this.circuit = settings.circuit(window, trials.trials());
    this.slowNanos = settings.slowCall().toNanos();
    this.timer = new LoopTimer(server.loop(), this::timeIsOver);
    this.turn = new ControlCall(server.loop(), this::turn);
    Duration time = settings.time();
    if (window instanceof TimeWindow sliced && time != null) {
      this.slices = new LoopTimer(server.loop(), () -> slice(sliced, time));
      slices.set(sliceNanos(time));
    } else {
      this.slices = null;
    }
    server.restored().ifPresent(this::restored);
    this.listening = Listening.toTraffic(server, this);
  }

  @Override
  public void outcome(Outcome outcome) {
    long granted = outcome.nanoTime() - outcome.totalNanos();
    if (circuit.olderThanTrials(granted)) {
      older.ended();
      turn.call();
    }
    Classifier.Result result = classifier.classify(outcome);
    if (result == Classifier.Result.IGNORE) {
      return;
    }
    boolean failed = result == Classifier.Result.ERROR;
    if (failed) {
      last.set(outcome);
    }
    boolean slow = CallTime.ofCall(outcome) > slowNanos;
    if (circuit.ended(failed, slow, granted)) {
      turn.call();
    }
  }

  /** So that no more trials begin than are permitted. */
  @Override
  public boolean onTrial() {
    return circuit.state() == State.HALF_OPEN;
  }

  private void slice(TimeWindow window, Duration time) {
    window.turn();
    if (slices != null) {
      slices.set(sliceNanos(time));
    }
  }

  private static long sliceNanos(Duration time) {
    return time.toNanos() / TimeWindow.SLICES;
  }

  /** What was said before a restart is in force already. */
  private void restored(Finding before) {
    if (before.health() == Health.DOWN) {
      circuit.open();
      opened = 1;
      timer.set(trials.openNanos(opened));
    } else if (before.limit() != null) {
      opened = 1;
      tryAgain();
    }
  }

  private void turn() {
    State before = circuit.state();
    State after = circuit.turn();
    if (after == State.HALF_OPEN) {
      narrow();
    } else if (after != before && after == State.OPEN) {
      opened(circuit.figures());
    } else if (after != before) {
      opened = 0;
      timer.clear();
      server.report(Finding.up("closed: " + circuit.figures()));
    }
  }

  private void opened(String why) {
    opened++;
    long nanos = trials.openNanos(opened);
    String time = Rhythm.text(Duration.ofNanos(nanos));
    server.report(
        Finding.down("open: %s, the last error: %s; open for %s".formatted(why, last, time)));
    timer.set(nanos);
  }

  /**
   * One trial has ended without a decision, or an older call: one less may begin. Where the last trial has just
   * ended on another loop, its own turn comes next, and decides.
   */
  private void narrow() {
    int trialsLeft = circuit.trialsLeft();
    int left = trialsLeft + older.left();
    if (trialsLeft > 0 && left < limit) {
      limit = left;
      server.report(onTrial("half-open: " + circuit.figures()));
    }
  }

  private void timeIsOver() {
    if (circuit.state() == State.HALF_OPEN) {
      circuit.open();
      opened("trials took too long, " + circuit.figures());
    } else {
      tryAgain();
    }
  }

  private void tryAgain() {
    older.forget();
    circuit.tryAgain(server.loop().ticker().nanoTime());
    older.count(server);
    limit = circuit.trialsLeft() + older.left();
    server.report(onTrial("half-open: %d on trial".formatted(circuit.trialsLeft())));
    if (!trials.patience().isZero()) {
      timer.set(trials.patience().toNanos());
    }
  }

  private Finding onTrial(String text) {
    return new Finding(Health.UP, null, null, limit, text);
  }

  @Override
  public void close() {
    listening.close();
    turn.close();
    timer.close();
    if (slices != null) {
      slices.close();
    }
  }
}
