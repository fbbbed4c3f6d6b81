package dev.fairlead.acceptance;

import static dev.fairlead.acceptance.Requests.many;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Requests.Request;
import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.HashFunction;
import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.HashKeys;
import dev.fairlead.balance.ServerKey;
import dev.fairlead.http.HttpKeys;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every key has the server that it has in HAProxy, also while one of them is away. */
final class HaproxyHashReferenceTest {
  private static final int REQUESTS = 50;

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

  private Plan plan(int... weights) {
    return Plan.http(
        Member.of("a", origins.get(0).port()).weighing(weights[0]),
        Member.of("b", origins.get(1).port()).weighing(weights[1]),
        Member.of("c", origins.get(2).port()).weighing(weights[2]));
  }

  /** A key as both say it, and requests that have it. */
  record Case(String haproxy, HashKey fairlead, IntFunction<Request> request) {
    @Override
    public String toString() {
      return haproxy;
    }
  }

  static Stream<Case> cases() {
    IntFunction<Request> paths = i -> Request.get("/d" + i % 9 + "/f" + i % 5 + "/x?q=/" + i);
    return Stream.of(
        new Case("balance uri", HttpKeys.uri(), paths),
        new Case("balance uri depth 1", HttpKeys.uri().depth(1), paths),
        new Case("balance uri depth 2", HttpKeys.uri().depth(2), paths),
        new Case("balance uri len 5", HttpKeys.uri().length(5), paths),
        new Case("balance uri whole", HttpKeys.uri().whole(), paths),
        new Case("balance uri whole len 14", HttpKeys.uri().whole().length(14), paths),
        new Case(
            "balance uri path-only",
            HttpKeys.uri().pathOnly(),
            i -> Request.get((i % 2 == 0 ? "" : "http://origin") + "/p" + i + "?q")),
        new Case(
            "balance uri depth 3",
            HttpKeys.uri().depth(3),
            i -> Request.get("http://origin/p" + i + "/q" + i)),
        new Case(
            "balance url_param user",
            HttpKeys.queryParameter("user"),
            i -> Request.get("/?a=" + i + "&user=" + (i % 7 == 0 ? "" : "u%20" + i) + "&user=z")),
        new Case(
            "balance hdr(X-User)",
            HttpKeys.header("x-user"),
            i -> Request.get("/", "X-User:  user" + i + " " + (i % 3 == 0 ? ", b" + i : ""))),
        new Case(
            "balance hdr(host) use_domain_only",
            HttpKeys.header("host").domainOnly(),
            i -> Request.get("/", "Host: www" + i + (i % 3 == 0 ? "." : ".site" + i) + ".com")),
        new Case(
            "balance hash req.cook(sid)",
            HttpKeys.cookie("sid"),
            i -> Request.get("/", "Cookie: a=\"x;sid=no\"; sid = s" + i + " ;b=c")),
        new Case(
            "balance hdr(host)",
            HttpKeys.authority(),
            i -> Request.get("/", "Host: H" + i + ".example:8080")));
  }

  private static Balancer mapped(HashKey key) {
    return Balancers.hash(key)
        .function(HashFunction.SDBM)
        .serverKey(ServerKey.ID)
        .modulo()
        .orElse(Balancers.haproxyStaticRoundRobin());
  }

  private static Balancer consistent(HashKey key) {
    return Balancers.hash(key)
        .function(HashFunction.SDBM.avalanche())
        .serverKey(ServerKey.ID)
        .ring();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void map_based(Case given) {
    same(plan(1, 1, 1).balance(given.haproxy(), mapped(given.fairlead())), given.request());
    same(plan(3, 2, 1).balance(given.haproxy(), mapped(given.fairlead())), given.request());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void consistent(Case given) {
    String haproxy = given.haproxy() + "\nhash-type consistent";
    same(plan(1, 1, 1).balance(haproxy, consistent(given.fairlead())), given.request());
    same(plan(3, 2, 1).balance(haproxy, consistent(given.fairlead())), given.request());
  }

  @Test
  void source_addresses() {
    IntFunction<Request> clients =
        i -> Request.from("127." + i % 5 + "." + i * 3 % 250 + "." + (1 + i));
    same(
        plan(3, 2, 1)
            .balance(
                "balance source",
                Balancers.hash(HashKeys.source())
                    .function(HashFunction.FOLD)
                    .serverKey(ServerKey.ID)
                    .modulo()),
        clients);
    same(
        plan(3, 2, 1)
            .balance(
                "balance source\nhash-type consistent",
                Balancers.hash(HashKeys.source())
                    .function(HashFunction.FOLD.avalanche())
                    .serverKey(ServerKey.ID)
                    .ring()),
        clients);
  }

  private static HashFunction function(String haproxy) {
    return switch (haproxy) {
      case "sdbm" -> HashFunction.SDBM;
      case "djb2" -> HashFunction.DJB2;
      case "wt6" -> HashFunction.WT6;
      case "crc32" -> HashFunction.CRC32;
      default -> throw new IllegalArgumentException(haproxy);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"sdbm", "djb2", "wt6", "crc32"})
  void every_function_with_and_without_avalanche(String name) {
    HashFunction function = function(name);
    IntFunction<Request> paths = i -> Request.get("/" + i * 7919 * (i + 3) + "/path");
    for (boolean avalanche : new boolean[] {false, true}) {
      HashFunction fairlead = avalanche ? function.avalanche() : function;
      String type = " " + name + (avalanche ? " avalanche" : "");
      Balancer modulo = Balancers.hash(HttpKeys.uri())
          .function(fairlead)
          .serverKey(ServerKey.ID)
          .modulo();
      Balancer ring = Balancers.hash(HttpKeys.uri())
          .function(fairlead)
          .serverKey(ServerKey.ID)
          .ring();
      same(plan(3, 2, 1).balance("balance uri\nhash-type map-based" + type, modulo), paths);
      same(plan(3, 2, 1).balance("balance uri\nhash-type consistent" + type, ring), paths);
    }
  }

  @Test
  void who_has_no_key_has_a_turn() {
    IntFunction<Request> some = i -> i % 3 == 0
        ? Request.get("/", "X-User: u" + i)
        : i % 3 == 1 ? Request.get("/") : Request.get("/", "X-User:");
    Plan plan = plan(3, 2, 1).balance("balance hdr(x-user)", mapped(HttpKeys.header("x-user")));

    assertThat(picks(Proxy.FAIRLEAD, plan, some).get(0))
        .isEqualTo(picks(Proxy.HAPROXY, plan, some).get(0));
  }

  private static void same(Plan plan, IntFunction<Request> request) {
    List<String> haproxy = picks(Proxy.HAPROXY, plan, request);
    List<String> fairlead = picks(Proxy.FAIRLEAD, plan, request);

    assertThat(fairlead).isEqualTo(haproxy);
    assertThat(fairlead.get(0)).isEqualTo(fairlead.get(2));
    assertThat(fairlead.get(1)).doesNotContain("b");
  }

  /** With all servers, without b, and with all again. */
  private static List<String> picks(Proxy proxy, Plan plan, IntFunction<Request> request) {
    List<Request> requests = many(REQUESTS, request);
    try (ProxyUnderTest running = proxy.start(plan)) {
      List<String> picks = new ArrayList<>();
      picks.add(Requests.oneByOne(running.port(), requests));
      running.maintenance("b");
      picks.add(Requests.oneByOne(running.port(), requests));
      running.ready("b");
      picks.add(Requests.oneByOne(running.port(), requests));
      return picks;
    }
  }
}
