package dev.fairlead.acceptance;

import static dev.fairlead.acceptance.Requests.many;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Requests.Request;
import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.HashKey;
import dev.fairlead.http.HttpKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a strategy is Nginx's, the servers are Nginx's, one by one. */
final class NginxSequenceReferenceTest {
  private static final int REQUESTS = 60;

  /** Three servers, those of two proxies in turn. */
  private static final class Three implements AutoCloseable {
    private final List<HeldOrigin> origins = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();

    Three(String weights) {
      for (int i = 0; i < weights.length(); i++) {
        String name = "abc".substring(i, i + 1);
        HeldOrigin origin = i == 0 ? HeldOrigin.start(name) : origins.get(0).another(name);
        origins.add(origin);
        members.add(Member.of(name, origin.port()).weighing(weights.charAt(i) - '0'));
      }
    }

    @Override
    public void close() {
      origins.forEach(HeldOrigin::close);
    }
  }

  private static String nginx(
      String method, String down, Three three, Function<Integer, String> go) {
    try (NginxProxy nginx = NginxProxy.start(method, three.members, down)) {
      return go.apply(nginx.port());
    }
  }

  private static String fairlead(
      Balancer balancer, String down, Three three, Function<Integer, String> go) {
    Plan plan = Plan.http(three.members.toArray(new Member[0])).balance("", balancer);
    try (ProxyUnderTest fairlead = FairleadUnderTest.start(plan)) {
      if (!down.isEmpty()) {
        fairlead.maintenance(down);
      }
      return go.apply(fairlead.port());
    }
  }

  private static String same(
      String weights, String method, Balancer balancer, String down, IntFunction<Request> each) {
    List<Request> requests = many(REQUESTS, each);
    try (Three three = new Three(weights)) {
      three.origins.forEach(HeldOrigin::releaseAll);
      String nginx = nginx(method, down, three, port -> Requests.oneByOne(port, requests));
      String fairlead = fairlead(balancer, down, three, port -> Requests.oneByOne(port, requests));
      assertThat(fairlead).isEqualTo(nginx);
      return nginx;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "511, a a b a c a a",
    "421, a b a c a b a",
    "321, a b a c b a",
    "432, a b c a b a c b a",
    "111, a b c"
  })
  void round_robin(String weights, String start) {
    assertThat(same(weights, "", Balancers.roundRobin(), "", i -> Request.get("/" + i)))
        .startsWith(start + " " + start);
  }

  @ParameterizedTest
  @CsvSource({
    "511, a b c a a a a a c b a a",
    "321, a b c a b a b c a a b a",
    "111, a b c c b a a b c c b a",
    "41, a b a a a a b a a a b a"
  })
  void least_connections_with_requests_held(String weights, String start) {
    String nginx;
    try (Three three = new Three(weights)) {
      nginx = nginx("least_conn;", "", three, port -> Requests.held(port, three.origins, 40));
    }
    try (Three three = new Three(weights)) {
      String fairlead = fairlead(
          Balancers.nginxLeastConnections(),
          "",
          three,
          port -> Requests.held(port, three.origins, 40));
      assertThat(fairlead).isEqualTo(nginx).startsWith(start);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"111", "321", "519"})
  void hashes(String weights) {
    HashKey key = HttpKeys.queryParameter("k");
    IntFunction<Request> keys = i -> Request.get("/?k=key-" + i);
    for (String down : List.of("", "b")) {
      same(weights, "hash $arg_k;", Balancers.nginxHash(key), down, keys);
      same(weights, "hash $arg_k consistent;", Balancers.nginxConsistentHash(key), down, keys);
      same(
          weights,
          "hash $http_x_user;",
          Balancers.nginxHash(HttpKeys.header("x-user").whole()),
          down,
          i -> Request.get("/", "X-User: u" + i + ", more"));
      same(
          weights,
          "hash $cookie_sid;",
          Balancers.nginxHash(HttpKeys.cookie("sid")),
          down,
          i -> Request.get("/", "Cookie: a=b; sid=s" + i));
      same(
          weights,
          "hash $host;",
          Balancers.nginxHash(HttpKeys.host()),
          down,
          i -> Request.get("/", "Host: H" + i + ":80"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"111", "321"})
  void who_has_no_key_or_an_empty_one_has_a_turn(String weights) {
    List<String> queries = List.of("", "?", "?k", "?k=", "?k=&k=x", "?l=y", "?k=x");
    IntFunction<Request> parameter = i -> Request.get("/" + queries.get(i * i % queries.size()));
    HashKey k = HttpKeys.queryParameter("k");
    same(weights, "hash $arg_k;", Balancers.nginxHash(k), "", parameter);
    same(weights, "hash $arg_k consistent;", Balancers.nginxConsistentHash(k), "", parameter);
    List<String> fields = List.of("X-None: x", "X-User:", "X-User: u", "X-User:  ");
    IntFunction<Request> header = i -> Request.get("/", fields.get(i * i % 7 % fields.size()));
    HashKey user = HttpKeys.header("x-user").whole();
    same(weights, "hash $http_x_user;", Balancers.nginxHash(user), "", header);
    same(weights, "hash $http_x_user consistent;", Balancers.nginxConsistentHash(user), "", header);
    List<String> cookies = List.of("Cookie: a=b", "Cookie: sid=", "Cookie: sid=x", "Cookie:");
    IntFunction<Request> cookie = i -> Request.get("/", cookies.get(i * i % 7 % cookies.size()));
    HashKey sid = HttpKeys.cookie("sid");
    same(weights, "hash $cookie_sid;", Balancers.nginxHash(sid), "", cookie);
    same(weights, "hash $cookie_sid consistent;", Balancers.nginxConsistentHash(sid), "", cookie);
  }

  @ParameterizedTest
  @ValueSource(strings = {"111", "321"})
  void client_addresses(String weights) {
    for (String down : List.of("", "b")) {
      same(
          weights,
          "ip_hash;",
          Balancers.nginxIpHash(),
          down,
          i -> Request.from("127." + i % 7 + "." + i * 3 % 250 + ".9"));
    }
  }
}
