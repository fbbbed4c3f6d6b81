package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Forwarded;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code option forwardfor}: which lines of that name a server sees, in their order. */
final class ForwardedForReferenceTest {
  private static final String OURS = "x-forwarded-for: 127.0.0.1";
  private static final String THEIRS = "x-forwarded-for: 10.1.2.3";

  @ParameterizedTest
  @EnumSource
  void the_clients_address_is_added(Proxy proxy) {
    assertThat(seen(proxy, Forwarded.PLAIN)).containsExactly(OURS);
  }

  @ParameterizedTest
  @EnumSource
  void it_is_added_behind_what_the_client_sent(Proxy proxy) {
    assertThat(seen(proxy, Forwarded.PLAIN, "X-Forwarded-For: 10.1.2.3"))
        .containsExactly(THEIRS, OURS);
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_added_without_the_option(Proxy proxy) {
    assertThat(seen(proxy, null, "X-Forwarded-For: 10.1.2.3")).containsExactly(THEIRS);
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_added_for_clients_of_an_excepted_network(Proxy proxy) {
    Forwarded rule = new Forwarded(null, "127.0.0.0/8", false);

    assertThat(seen(proxy, rule)).isEmpty();
    assertThat(seen(proxy, rule, "X-Forwarded-For: 10.1.2.3")).containsExactly(THEIRS);
  }

  @ParameterizedTest
  @EnumSource
  void clients_outside_of_the_excepted_network_are_added(Proxy proxy) {
    assertThat(seen(proxy, new Forwarded(null, "192.168.0.0/16", false))).containsExactly(OURS);
  }

  @ParameterizedTest
  @EnumSource
  void another_header_takes_the_address(Proxy proxy) {
    Forwarded rule = new Forwarded("X-Client-IP", null, false);

    assertThat(seen(proxy, rule, "X-Forwarded-For: 10.1.2.3"))
        .containsExactly(THEIRS, "x-client-ip: 127.0.0.1");
  }

  @ParameterizedTest
  @EnumSource
  void with_if_none_only_a_request_without_such_a_header_gets_one(Proxy proxy) {
    Forwarded rule = new Forwarded(null, null, true);

    assertThat(seen(proxy, rule)).containsExactly(OURS);
    assertThat(seen(proxy, rule, "X-Forwarded-For: 10.1.2.3")).containsExactly(THEIRS);
  }

  private static List<String> seen(Proxy proxy, @Nullable Forwarded rule, String... fields) {
    try (ScriptedServer echo =
        ScriptedServer.start(client -> client.write(Scripts.ok(client.readHead())))) {
      Plan plan = Plan.http(Member.of("a", echo.port()));
      if (rule != null) {
        plan.forwarded(rule);
      }
      try (ProxyUnderTest running = proxy.start(plan)) {
        return RawClient.get(running.port(), "/", fields)
            .body()
            .lines()
            .map(line -> line.toLowerCase(Locale.ROOT))
            .filter(line -> line.startsWith("x-forwarded-for") || line.startsWith("x-client-ip"))
            .toList();
      }
    }
  }
}
