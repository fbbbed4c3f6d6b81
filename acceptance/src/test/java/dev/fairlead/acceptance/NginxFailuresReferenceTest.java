package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.balance.Balancers;
import dev.fairlead.health.MaxFails;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows the failure of a server, by Nginx's {@code max_fails} and {@code fail_timeout}. */
final class NginxFailuresReferenceTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Who has to pass a scenario. */
  enum Proxy {
    NGINX {
      @Override
      void run(List<Member> members, Rule rule, IntConsumer scenario) {
        String each = "max_fails=%d fail_timeout=%ds"
            .formatted(rule.maxFails(), rule.failTimeout().toSeconds());
        String location = rule.retries() ? "" : "proxy_next_upstream off;";
        try (NginxProxy nginx = NginxProxy.start("", members, member -> each, location)) {
          scenario.accept(nginx.port());
        }
      }
    },
    FAIRLEAD {
      @Override
      void run(List<Member> members, Rule rule, IntConsumer scenario) {
        Plan plan = Plan.http(members.toArray(new Member[0]))
            .balance("", Balancers.nginxRoundRobin(rule.maxFails(), rule.failTimeout()))
            .retries(rule.retries() ? 3 : 0);
        try (ProxyUnderTest fairlead = FairleadUnderTest.start(plan)) {
          scenario.accept(fairlead.port());
        }
      }
    },
    /** Another strategy, and the rule as a monitor. */
    FAIRLEAD_MONITOR {
      @Override
      void run(List<Member> members, Rule rule, IntConsumer scenario) {
        Plan plan = Plan.http(members.toArray(new Member[0]))
            .balance("", Balancers.roundRobin())
            .monitor("max_fails", MaxFails.of(rule.maxFails(), rule.failTimeout()))
            .retries(rule.retries() ? 3 : 0);
        try (ProxyUnderTest fairlead = FairleadUnderTest.start(plan)) {
          scenario.accept(fairlead.port());
        }
      }
    };

    abstract void run(List<Member> members, Rule rule, IntConsumer scenario);
  }

  /** What is said of the servers, and whether a failed request goes to the next one. */
  record Rule(int maxFails, Duration failTimeout, boolean retries) {}

  private static String sequence(
      Proxy proxy, int[] weights, Rule rule, Set<String> failing, int requests) {
    try (BreakingOrigins origins = new BreakingOrigins(weights, failing::contains)) {
      proxy.run(origins.members(), rule, port -> {
        for (int i = 0; i < requests; i++) {
          RawClient.get(port, "/" + i);
        }
      });
      return origins.sequence();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10 5 5,   2,  a1,          A b c a b c a a b c a a b c a a b c a a b c a a",
    "10 10 10, 2,  b1,          a B c c a b c a b c a b c a b c a b c a b c a b",
    "5 1 1,    2,  a1 a3,       A b a A c c c b c b c b c b c b c b c b c b c b",
    "4 2 1,    3,  a2 b1,       a B A c a b a a b a c a b a a b a c a b a a b a",
    "10 10,    10, a1 a2 a3 a4, A b b A b A b A b a b a b a b a b a b a b a b a",
    "1 1 1,    1,  b1,          a B c c a c a c a c a c",
    "1 1 1,    2,  b1 b2,       a B c a B c c a c a c a c a",
    "1 1 1,    0,  b1 b2 b3,    a B c a B c a B c a b c",
    "3 2 1,    1,  a1,          A b b c b b c b b c b b c b",
  })
  void who_gets_the_next_request(String weights, int maxFails, String failing, String sequence) {
    int[] each = Arrays.stream(weights.split(" ")).mapToInt(Integer::parseInt).toArray();
    Set<String> fails = Set.of(failing.split(" "));
    int requests = sequence.split(" ").length;
    Rule once = new Rule(maxFails, LONG, false);
    assertThat(sequence(Proxy.NGINX, each, once, fails, requests)).isEqualTo(sequence);
    assertThat(sequence(Proxy.FAIRLEAD, each, once, fails, requests)).isEqualTo(sequence);

    Rule next = new Rule(maxFails, LONG, true);
    assertThat(sequence(Proxy.FAIRLEAD, each, next, fails, requests))
        .isEqualTo(sequence(Proxy.NGINX, each, next, fails, requests))
        .hasSizeGreaterThan(sequence.length());
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_breaks_is_asked_once_in_each_time_out(Proxy proxy) {
    try (BreakingOrigins origins =
        new BreakingOrigins(new int[] {1, 1, 1}, request -> request.startsWith("b"))) {
      Rule rule = new Rule(1, Duration.ofSeconds(1), true);
      proxy.run(
          origins.members(),
          rule,
          port -> Await.until("four requests of b", PATIENCE, () -> {
            RawClient.get(port, "/");
            return origins.times("B").size() >= 4;
          }));
      List<Long> times = origins.times("B");
      assertThat(IntStream.range(1, times.size()).mapToObj(i -> times.get(i) - times.get(i - 1)))
          .allSatisfy(pause -> assertThat(pause).isGreaterThan(1_000_000_000L));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_refuses_is_left_out_and_has_its_share_again_once_it_answers(Proxy proxy) {
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("a")));
        ScriptedServer b = ScriptedServer.refusing();
        ScriptedServer c = ScriptedServer.start(Scripts.answer(Scripts.ok("c")))) {
      List<Member> members =
          List.of(Member.of("a", a.port()), Member.of("b", b.port()), Member.of("c", c.port()));
      Rule rule = new Rule(1, Duration.ofSeconds(2), true);
      proxy.run(members, rule, port -> {
        long start = System.nanoTime();
        assertThat(new HashSet<>(picks(port, 4))).containsExactlyInAnyOrder("a", "c");
        b.listen(Scripts.answer(Scripts.ok("b")));
        Await.until("b is back", PATIENCE, () -> picks(port, 1).contains("b"));
        assertThat(System.nanoTime() - start).isGreaterThan(2_000_000_000L);
        assertThat(picks(port, 30).stream()
                .collect(Collectors.groupingBy(name -> name, Collectors.counting())))
            .containsOnlyKeys("a", "b", "c")
            .allSatisfy((name, count) -> assertThat(count).isBetween(9L, 11L));
      });
    }
  }

  private static List<String> picks(int port, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> RawClient.get(port, "/" + i).body())
        .toList();
  }
}
