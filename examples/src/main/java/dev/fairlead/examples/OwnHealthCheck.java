package dev.fairlead.examples;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.CompletableFuture.supplyAsync;

import dev.fairlead.health.HealthCheck;
import dev.fairlead.health.Probe;
import dev.fairlead.health.Target;
import dev.fairlead.health.Verdict;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;

/** How is a health check of one's own written? It may block, on threads of its own. */
public final class OwnHealthCheck {
  private final ToIntFunction<Target> lag;

  OwnHealthCheck(ToIntFunction<Target> lag) {
    this.lag = lag;
  }

  HealthCheck inStep(Executor pool) {
    Probe replica = target -> supplyAsync(
        () -> lagSeconds(target) < 5 ? Verdict.pass("in step") : Verdict.fail("lags behind"), pool);
    HealthCheck check = HealthCheck.of(replica).every(ofSeconds(3)).rise(1).fall(2);
    return check;
  }

  private int lagSeconds(Target target) {
    return lag.applyAsInt(target);
  }
}
