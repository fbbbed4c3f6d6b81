package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Requests.Request;
import dev.fairlead.balance.Balancers;
import dev.fairlead.http.HttpKeys;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Servers of IPv6 addresses have Nginx's points on its ring. */
final class NginxIpv6ReferenceTest {
  private static boolean loopbackHasIpv6() {
    byte[] one = new byte[16];
    one[15] = 1;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByAddress(one))) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static RealServer origins(List<Member> members) {
    StringBuilder servers = new StringBuilder();
    int ready = Ports.free();
    servers.append("server { listen 127.0.0.1:%d; return 204; }%n".formatted(ready));
    members.forEach(member -> servers.append("server { listen %s:%d; return 200 %s; }%n"
        .formatted(member.host(), member.port(), member.name())));
    return RealServer.nginx(ready, servers.toString());
  }

  @Test
  void consistent_hash() {
    assumeTrue(loopbackHasIpv6(), "nothing can listen on ::1");
    List<Member> members = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      members.add(Member.of(name, "[::1]", Ports.free()));
    }
    List<Request> keys = Requests.many(200, i -> Request.get("/?k=k" + i));
    Plan plan = Plan.http(members.toArray(new Member[0]))
        .balance("", Balancers.nginxConsistentHash(HttpKeys.queryParameter("k")));
    try (RealServer origins = origins(members);
        NginxProxy nginx = NginxProxy.start("hash $arg_k consistent;", members, "");
        ProxyUnderTest fairlead = FairleadUnderTest.start(plan)) {
      assertThat(Requests.oneByOne(fairlead.port(), keys))
          .as(origins.log())
          .isEqualTo(Requests.oneByOne(nginx.port(), keys))
          .contains("a", "b", "c");
    }
  }
}
