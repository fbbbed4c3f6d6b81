package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Round robin: who gets the next request. */
final class DistributionReferenceTest {
  private final List<ScriptedServer> origins = new ArrayList<>();

  @BeforeEach
  void start() {
    for (String name : List.of("a", "b", "c")) {
      origins.add(ScriptedServer.start(Scripts.answer(Scripts.ok(name))));
    }
  }

  @AfterEach
  void stop() {
    origins.forEach(ScriptedServer::close);
  }

  private Member member(String name) {
    return Member.of(name, origins.get(name.charAt(0) - 'a').port());
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void equal_servers_take_strict_turns(Proxy proxy, Mode mode) {
    Plan plan = Plan.of(mode, member("a"), member("b"), member("c"));

    try (ProxyUnderTest running = proxy.start(plan)) {
      List<String> picks = picks(running, 12);

      assertThat(Set.copyOf(picks.subList(0, 3))).hasSize(3);
      for (int i = 3; i < picks.size(); i++) {
        assertThat(picks.get(i)).as("pick %d of %s", i, picks).isEqualTo(picks.get(i - 3));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void requests_of_one_connection_take_turns_too(Proxy proxy) throws IOException {
    Plan plan = Plan.http(member("a"), member("b"), member("c"));

    try (ProxyUnderTest running = proxy.start(plan);
        RawClient client = RawClient.connect(running.port())) {
      List<String> picks = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        picks.add(client.send(RawClient.head("GET", "/")).response().body());
      }

      assertThat(counts(picks)).containsOnly(entry("a", 3), entry("b", 3), entry("c", 3));
    }
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void weights_are_kept_exactly_over_whole_rounds(Proxy proxy, Mode mode) {
    Plan plan = Plan.of(
        mode, member("a").weighing(5), member("b").weighing(1), member("c").weighing(1));

    try (ProxyUnderTest running = proxy.start(plan)) {
      assertThat(counts(picks(running, 70)))
          .containsOnly(entry("a", 50), entry("b", 10), entry("c", 10));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_server_of_weight_0_gets_nothing(Proxy proxy) {
    Plan plan = Plan.http(member("a"), member("b").weighing(0));

    try (ProxyUnderTest running = proxy.start(plan)) {
      assertThat(counts(picks(running, 8))).containsOnly(entry("a", 8));
    }
  }

  @ParameterizedTest
  @EnumSource
  void another_weight_is_in_force_at_once(Proxy proxy) {
    Plan plan = Plan.http(member("a"), member("b"));

    try (ProxyUnderTest running = proxy.start(plan)) {
      assertThat(counts(picks(running, 8))).containsOnly(entry("a", 4), entry("b", 4));

      running.weight("a", 3);

      // The round that was under way may shift the first picks by one.
      assertThat(counts(picks(running, 40)).getOrDefault("a", 0)).isBetween(29, 31);
    }
  }

  private static List<String> picks(ProxyUnderTest proxy, int count) {
    List<String> picks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      picks.add(RawClient.get(proxy.port(), "/").body());
    }
    return picks;
  }

  private static Map<String, Integer> counts(List<String> picks) {
    Map<String, Integer> counts = new HashMap<>();
    picks.forEach(pick -> counts.merge(pick, 1, Integer::sum));
    return counts;
  }
}
