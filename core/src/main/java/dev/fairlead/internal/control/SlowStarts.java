package dev.fairlead.internal.control;

import dev.fairlead.config.SlowStart;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.Change;
import dev.fairlead.state.ServerState;
import dev.fairlead.state.Warmup;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The clock of a backend's slow starts: one timer for all servers that start. On the control loop only.
 * HAProxy's rhythm: a step each second, or each twentieth of the time where that is longer.
 */
final class SlowStarts {
  private static final long SHORTEST = Duration.ofSeconds(1).toNanos();
  private static final int STEPS = 20;

  private final EventLoop loop;
  private final Consumer<List<Change>> changes;
  private final LoopTimer timer;

  /** By the version with which each began. */
  private Map<Long, Start> starts = Map.of();

  SlowStarts(EventLoop loop, Consumer<List<Change>> changes) {
    this.loop = loop;
    this.changes = changes;
    this.timer = new LoopTimer(loop, this::due);
  }

  /** A server that starts: since when, and when its next step is due. */
  private static final class Start {
    final String server;
    final SlowStart curve;
    final long began;
    final long pause;
    long next;

    Start(String server, SlowStart curve, long began, long now) {
      this.server = server;
      this.curve = curve;
      this.began = began;
      this.pause = Math.max(SHORTEST, curve.over().toNanos() / STEPS);
      this.next = now;
      proceed(now);
    }

    /** To the next multiple of the pause, or to the end. */
    void proceed(long now) {
      long steps = (now - began) / pause + 1;
      next = began + Math.min(steps * pause, curve.over().toNanos());
    }
  }

  /** The state in force is another: whoever comes back in it begins now. */
  void follow(BackendState state) {
    Map<Long, Start> followed = new HashMap<>();
    long now = now();
    for (ServerState server : state.servers()) {
      Warmup warmup = server.warmup();
      SlowStart curve = server.config().slowStart();
      if (warmup != null && curve != null) {
        Start known = starts.get(warmup.since());
        followed.put(
            warmup.since(),
            known != null && known.curve.equals(curve)
                ? known
                : new Start(server.name(), curve, known == null ? now : known.began, now));
      }
    }
    starts = followed;
    arm(now);
  }

  private void due() {
    long now = now();
    List<Change> steps = new ArrayList<>();
    starts.entrySet().removeIf(entry -> {
      Start start = entry.getValue();
      if (start.next - now > 0) {
        return false;
      }
      double share = start.curve.share(now - start.began);
      steps.add(new Change.WarmupStep(start.server, entry.getKey(), share));
      start.proceed(now);
      return share >= 1;
    });
    arm(now);
    if (!steps.isEmpty()) {
      changes.accept(steps);
    }
  }

  private void arm(long now) {
    starts.values().stream()
        .mapToLong(start -> Math.max(1, start.next - now))
        .min()
        .ifPresentOrElse(timer::set, timer::clear);
  }

  private long now() {
    return loop.ticker().nanoTime();
  }

  void close() {
    timer.close();
  }
}
