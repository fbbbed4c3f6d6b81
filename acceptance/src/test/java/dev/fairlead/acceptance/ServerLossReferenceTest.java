package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Requests.Request;
import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.HashBalancer;
import dev.fairlead.balance.HashFunction;
import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.ServerKey;
import dev.fairlead.http.HttpKeys;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The servers a, b, c of 600 keys, before and after c has gone, one by one. */
final class ServerLossReferenceTest {
  private static final List<Request> KEYS = Requests.many(600, i -> Request.get("/?k=k" + i));
  private static final HashKey KEY = HttpKeys.queryParameter("k");

  private final List<ScriptedServer> origins = new ArrayList<>();
  private final List<Member> three = new ArrayList<>();

  /** What became of the keys: a letter each. */
  private record Loss(String with, String without) {
    /** How many keys have another server. */
    long moved() {
      return IntStream.range(0, with.length())
          .filter(i -> with.charAt(i) != without.charAt(i))
          .count();
    }

    /** How many of them had one that is still there. */
    long movedNeedlessly() {
      return IntStream.range(0, with.length())
          .filter(i -> with.charAt(i) != 'c' && with.charAt(i) != without.charAt(i))
          .count();
    }

    long share(char server) {
      return with.chars().filter(c -> c == server).count();
    }
  }

  @BeforeEach
  void start() {
    for (String name : List.of("a", "b", "c")) {
      ScriptedServer origin = ScriptedServer.start(Scripts.answer(Scripts.ok(name)));
      origins.add(origin);
      three.add(Member.of(name, origin.port()));
    }
  }

  @AfterEach
  void stop() {
    origins.forEach(ScriptedServer::close);
  }

  private static String mapping(int port) {
    return Requests.oneByOne(port, KEYS).replace(" ", "");
  }

  private Plan plan(int servers, String haproxy, Balancer fairlead) {
    return Plan.http(three.subList(0, servers).toArray(new Member[0])).balance(haproxy, fairlead);
  }

  private static String mapping(Proxy proxy, Plan plan) {
    try (ProxyUnderTest running = proxy.start(plan)) {
      return mapping(running.port());
    }
  }

  private String fairleadWithoutC(Balancer balancer) {
    try (ProxyUnderTest running = FairleadUnderTest.start(plan(3, "", balancer))) {
      running.maintenance("c");
      return mapping(running.port());
    }
  }

  private String nginx(int servers, String method, String down) {
    try (NginxProxy nginx = NginxProxy.start(method, three.subList(0, servers), down)) {
      return mapping(nginx.port());
    }
  }

  private Loss asInHaproxy(String haproxy, Balancer balancer) {
    Loss reference = new Loss(
        mapping(Proxy.HAPROXY, plan(3, haproxy, balancer)),
        mapping(Proxy.HAPROXY, plan(2, haproxy, balancer)));
    assertThat(mapping(Proxy.FAIRLEAD, plan(3, haproxy, balancer))).isEqualTo(reference.with());
    assertThat(mapping(Proxy.FAIRLEAD, plan(2, haproxy, balancer))).isEqualTo(reference.without());
    assertThat(fairleadWithoutC(balancer)).as("down").isEqualTo(reference.without());
    return reference;
  }

  private Loss asInNginx(String method, Balancer balancer) {
    Loss reference = new Loss(nginx(3, method, ""), nginx(2, method, ""));
    assertThat(mapping(Proxy.FAIRLEAD, plan(3, "", balancer))).isEqualTo(reference.with());
    assertThat(mapping(Proxy.FAIRLEAD, plan(2, "", balancer))).isEqualTo(reference.without());
    Loss down = new Loss(reference.with(), nginx(3, method, "c"));
    assertThat(fairleadWithoutC(balancer)).as("down").isEqualTo(down.without());
    assertThat(down.movedNeedlessly()).as("while it is only down").isZero();
    return reference;
  }

  private static HashBalancer haproxy(HashFunction function) {
    return Balancers.hash(KEY).function(function).serverKey(ServerKey.ID);
  }

  @Test
  void haproxys_map_moves_most_keys() {
    Loss loss = asInHaproxy("balance url_param k", haproxy(HashFunction.SDBM).modulo());
    assertThat(loss.moved()).isEqualTo(399);
    assertThat(loss.movedNeedlessly()).isEqualTo(195);
  }

  @Test
  void haproxys_ring_moves_those_of_the_lost_server() {
    Loss loss = asInHaproxy(
        "balance url_param k\nhash-type consistent",
        haproxy(HashFunction.SDBM.avalanche()).ring());
    assertThat(List.of(loss.share('a'), loss.share('b'), loss.share('c')))
        .containsExactly(222L, 171L, 207L);
    assertThat(loss.moved()).isEqualTo(207);
    assertThat(loss.movedNeedlessly()).isZero();
  }

  @Test
  void nginxs_hash_moves_most_keys() {
    Loss loss = asInNginx("hash $arg_k;", Balancers.nginxHash(KEY));
    assertThat(loss.moved()).isEqualTo(391);
    assertThat(loss.movedNeedlessly()).isEqualTo(198);
  }

  /** Which keys are whose depends on the ports, which are not the same twice. */
  @Test
  void nginxs_consistent_hash_moves_those_of_the_lost_server() {
    Loss loss = asInNginx("hash $arg_k consistent;", Balancers.nginxConsistentHash(KEY));
    assertThat(loss.moved()).isEqualTo(loss.share('c')).isPositive();
    assertThat(loss.movedNeedlessly()).isZero();
  }
}
