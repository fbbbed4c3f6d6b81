package dev.fairlead.health;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import dev.fairlead.testkit.Allocations;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What watches traffic allocates nothing for an outcome, whatever it is. */
class PassiveAllocationTest {
  private static final int ROUNDS = 20_000;
  private static final Ended[] OUTCOMES = {
    Ended.with(200),
    Ended.with(404).after(Duration.ofMillis(30)),
    Ended.with(500),
    Ended.with(502),
    Ended.with(503),
    Ended.by(Kind.CONNECT_FAILED),
    Ended.by(Kind.TIMEOUT),
    Ended.by(Kind.CLIENT_ABORT),
    Ended.with(200).broken(Kind.RESET),
    Ended.session(Kind.COMPLETED)
  };

  private static final OutlierDetection OUTLIERS = OutlierDetection.defaults()
      .enforcing(OutlierRule.CONSECUTIVE_GATEWAY_FAILURE, 100)
      .enforcing(OutlierRule.LATENCY, 100);
  private static final CircuitBreaker BREAKER = CircuitBreaker.defaults();
  private static final HealthCheck OBSERVING =
      HealthCheck.of(new ScriptedProbe("S")).observe(Classifier.layer7()).errorLimit(3);

  private static final Map<String, HealthMonitor> MONITORS = Map.ofEntries(
      Map.entry("observe", OBSERVING),
      Map.entry("observe layer4", OBSERVING.observe(Classifier.layer4())),
      Map.entry("max_fails", MaxFails.of(4, ofSeconds(10)).classifier(Classifier.nginx(502, 503))),
      Map.entry("outliers", OUTLIERS),
      Map.entry("outliers split", OUTLIERS.splitExternalLocalOriginErrors(true)),
      Map.entry("outliers by gateway errors", OUTLIERS.classifier(Classifier.gatewayErrors())),
      Map.entry("breaker", BREAKER.failureRateThreshold(100)),
      Map.entry("open breaker", BREAKER.minimumNumberOfCalls(1)),
      Map.entry("breaker by time", BREAKER.timeWindow(ofMinutes(1)).failureRateThreshold(100)));

  private final VirtualNetwork net = VirtualNetwork.create();
  private final FakeServer server = new FakeServer(net.loop(0), new LocalAddress("s1"));

  @AfterEach
  void close() {
    net.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "observe",
        "observe layer4",
        "max_fails",
        "outliers",
        "outliers split",
        "outliers by gateway errors",
        "breaker",
        "open breaker",
        "breaker by time"
      })
  void outcomes_allocate_nothing(String name) throws Exception {
    HealthMonitor monitor = Objects.requireNonNull(MONITORS.get(name));
    try (AutoCloseable watch = monitor.watch(server)) {
      Watched.OutcomeListener listener = server.listener();
      long least = Allocations.leastBytes(() -> {
        for (int i = 0; i < ROUNDS; i++) {
          listener.outcome(OUTCOMES[i % OUTCOMES.length]);
          if (listener.onTrial()) {
            throw new AssertionError(name);
          }
        }
      });
      assertThat(least).isZero();
      assertThat(watch).isNotNull();
    }
  }
}
