package dev.fairlead.acceptance;

import static dev.fairlead.acceptance.Requests.many;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.acceptance.Requests.Request;
import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.HashFunction;
import dev.fairlead.balance.HashKeys;
import dev.fairlead.balance.ServerKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a strategy is named after HAProxy's, the servers are HAProxy's, one by one. */
final class HaproxySequenceReferenceTest {
  private static final String NAMES = "abc";

  private static List<HeldOrigin> origins(int count) {
    List<HeldOrigin> origins = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = NAMES.substring(i, i + 1);
      origins.add(i == 0 ? HeldOrigin.start(name) : origins.get(0).another(name));
    }
    return origins;
  }

  private static Member[] members(List<HeldOrigin> origins, IntUnaryOperator weight) {
    Member[] members = new Member[origins.size()];
    for (int i = 0; i < members.length; i++) {
      members[i] = Member.of(NAMES.substring(i, i + 1), origins.get(i).port())
          .weighing(weight.applyAsInt(i));
    }
    return members;
  }

  private static int[] weights(String text) {
    return text.chars().map(c -> c - '0').toArray();
  }

  /** What a proxy makes of it, with servers of its own. */
  private static String run(
      Proxy proxy, String weights, Function<Member[], Plan> plan, Scenario scenario) {
    int[] each = weights(weights);
    List<HeldOrigin> origins = origins(each.length);
    try (ProxyUnderTest running = proxy.start(plan.apply(members(origins, i -> each[i])))) {
      return scenario.run(running, origins);
    } finally {
      origins.forEach(HeldOrigin::close);
    }
  }

  private interface Scenario {
    String run(ProxyUnderTest proxy, List<HeldOrigin> origins);
  }

  private static String same(String weights, Function<Member[], Plan> plan, Scenario scenario) {
    String haproxy = run(Proxy.HAPROXY, weights, plan, scenario);
    String fairlead = run(Proxy.FAIRLEAD, weights, plan, scenario);
    assertThat(fairlead).isEqualTo(haproxy);
    return haproxy;
  }

  private static Scenario sequential(int count) {
    return (proxy, origins) -> {
      origins.forEach(HeldOrigin::releaseAll);
      return Requests.oneByOne(proxy.port(), many(count, i -> Request.get("/" + i)));
    };
  }

  @ParameterizedTest
  @CsvSource({"511, a a a b a a c", "421, a a b a c a b", "321, a b a c a b", "111, a b c", "975, a"
  })
  void round_robin(String weights, String start) {
    String sequence = same(
        weights,
        members -> Plan.http(members).balance("balance roundrobin", Balancers.haproxyRoundRobin()),
        sequential(60));

    assertThat(sequence).startsWith(start);
  }

  @ParameterizedTest
  @CsvSource({"511, a a a b a a c", "421, a a b a b a c", "321, a a b a b c", "975, a"})
  void static_round_robin(String weights, String start) {
    String sequence = same(
        weights,
        members ->
            Plan.http(members).balance("balance static-rr", Balancers.haproxyStaticRoundRobin()),
        sequential(60));

    assertThat(sequence).startsWith(start);
  }

  @ParameterizedTest
  @CsvSource({
    "511, a b c a a a a a a a a b",
    "321, a b c a b a a b a c b a",
    "41, a b a a a a a a b a a a",
    "111, a b c a b c a b c a b c"
  })
  void least_connections_with_requests_held(String weights, String start) {
    String sequence = same(
        weights,
        members ->
            Plan.http(members).balance("balance leastconn", Balancers.haproxyLeastConnections()),
        (proxy, origins) -> Requests.held(proxy.port(), origins, 40));

    assertThat(sequence).startsWith(start);
  }

  @ParameterizedTest
  @ValueSource(strings = {"111", "511"})
  void least_connections_of_idle_servers(String weights) {
    String sequence = same(
        weights,
        members ->
            Plan.http(members).balance("balance leastconn", Balancers.haproxyLeastConnections()),
        sequential(40));

    assertThat(sequence).startsWith("a b c a b c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"111", "139"})
  void the_first_with_a_free_slot(String weights) {
    String sequence = same(
        weights,
        members -> {
          for (int i = 0; i < members.length; i++) {
            members[i] = members[i].atMost(2);
          }
          return Plan.http(members)
              .balance("balance first", Balancers.first())
              .time(Time.QUEUE, Duration.ofSeconds(20));
        },
        (proxy, origins) -> Requests.held(proxy.port(), origins, 6));

    assertThat(sequence).isEqualTo("a a b b c c");
  }

  @ParameterizedTest
  @CsvSource({
    "125, b c c b c b a c b c b a",
    "150, b c b c b c b c b c b c",
    "200, b c b b c b b c b b c b"
  })
  void bounded_load_of_one_key(int factor, String start) {
    String sequence = same(
        "111",
        members -> Plan.http(members)
            .balance(
                "balance hdr(host)\nhash-type consistent\nhash-balance-factor " + factor,
                bounded(factor)),
        (proxy, origins) -> Requests.held(proxy.port(), origins, 24));

    assertThat(sequence).startsWith(start);
  }

  private static Balancer bounded(int factor) {
    return Balancers.hash(HashKeys.of("host", request -> "origin"))
        .function(HashFunction.SDBM.avalanche())
        .serverKey(ServerKey.ID)
        .ring()
        .boundedLoad(factor);
  }
}
