package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import dev.fairlead.health.FailCount.Phase;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.ArrayList;
import java.util.List;

/** Counts one server's failures, takes it out and has it tried. On the control loop, but for outcomes. */
final class MaxFailsWatch implements Watched.OutcomeListener, AutoCloseable {
  /** All that are watched in one backend. */
  private static final class Peers {
    final List<MaxFailsWatch> all = new ArrayList<>();
  }

  private final Watched server;
  private final MaxFails rule;
  private final Peers peers;
  private final FailCount count;
  private final LastError last = new LastError();
  private final LoopTimer timer;
  private final OlderLeases older = new OlderLeases();
  private final ControlCall turn;
  private final Listening listening;
  private int limit;

  MaxFailsWatch(Watched server, MaxFails rule) {
    this.server = server;
    this.rule = rule;
    this.count = new FailCount(rule.maxFails(), rule.failTimeout().toNanos());
    this.timer = new LoopTimer(server.loop(), this::timeIsOver);
    this.turn = new ControlCall(server.loop(), this::turn);
    this.peers = server.shared(Peers::new);
    if (peers.all.size() == 1) {
      peers.all.get(0).joined();
    }
    peers.all.add(this);
    server.restored().ifPresent(this::restored);
    this.listening = Listening.toTraffic(server, this);
  }

  /** What was said before a restart is in force already. */
  private void restored(Finding before) {
    if (before.health() == Health.DOWN) {
      count.out(now());
      timer.set(rule.failTimeout().toNanos());
    } else if (before.limit() != null) {
      tryOnce();
    }
  }

  /** What it did while it was alone is forgotten; what it had said before a restart is in force. */
  private void joined() {
    if (count.phase() == Phase.UP) {
      count.forget();
    }
  }

  @Override
  public void outcome(Outcome outcome) {
    long now = outcome.nanoTime();
    Classifier.Result result = rule.classifier().classify(outcome);
    if (result == Classifier.Result.ERROR) {
      last.set(outcome);
    }
    long granted = now - outcome.totalNanos();
    boolean old = count.olderThanTrial(granted);
    if (old) {
      older.ended();
    }
    if (count.ended(result, granted, now) || old) {
      turn.call();
    }
  }

  @Override
  public void established() {
    long now = now();
    if (count.ended(rule.classifier().established(), now, now)) {
      turn.call();
    }
  }

  /** So that there is one trial, and not two. */
  @Override
  public boolean onTrial() {
    return count.phase() == Phase.TRIAL;
  }

  private void turn() {
    Phase before = count.phase();
    if (before == Phase.UP && peers.all.size() == 1) {
      count.forget();
      return;
    }
    Phase after = count.turn();
    if (after == before) {
      narrow();
      return;
    }
    if (after == Phase.UP) {
      server.report(Finding.up("the trial after max_fails succeeded"));
    } else {
      String what = before == Phase.TRIAL
          ? "the trial after max_fails failed"
          : "max_fails: %d of %d failed".formatted(rule.maxFails(), rule.maxFails());
      String text =
          "%s, the last: %s; out for %s".formatted(what, last, Rhythm.text(rule.failTimeout()));
      server.report(Finding.down(text));
      timer.set(Math.max(1, count.nanosLeft(now())));
    }
  }

  private void timeIsOver() {
    long left = count.nanosLeft(now());
    if (left > 0) {
      timer.set(left);
      return;
    }
    tryOnce();
    server.report(trial());
  }

  private void tryOnce() {
    older.forget();
    count.tryOnce(now());
    older.count(server);
    limit = older.left() + 1;
  }

  /** One that is older than the trial has ended: its place is not for a second trial. */
  private void narrow() {
    int left = older.left() + 1;
    if (count.phase() == Phase.TRIAL && left < limit) {
      limit = left;
      server.report(trial());
    }
  }

  private Finding trial() {
    String old = limit == 1 ? "" : " beside %d older".formatted(limit - 1);
    return new Finding(
        Health.UP, null, null, limit, "fail_timeout is over: one request on trial" + old);
  }

  /** The others have left, and the only server is never out. */
  private void alone() {
    if (count.phase() != Phase.UP) {
      timer.clear();
      count.forget();
      server.report(Finding.up("the only server of its backend"));
    }
  }

  private long now() {
    return server.loop().ticker().nanoTime();
  }

  @Override
  public void close() {
    listening.close();
    turn.close();
    timer.close();
    peers.all.remove(this);
    if (peers.all.size() == 1) {
      peers.all.get(0).alone();
    }
  }
}
