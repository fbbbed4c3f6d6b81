package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.LdapProbe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.RealServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an operator reads of a real slapd in every condition. */
final class SlapdChecksTest {
  private static final LdapProbe PROBE = Probes.ldap();

  @Test
  void a_bind_is_accepted_or_refused_in_the_servers_words() {
    RealServer server = Slapd.start("");
    try (server) {
      assertThat(Checked.verdict(server.port(), PROBE)).isEqualTo("L7OK: bound");
      assertThat(Checked.verdict(server.port(), PROBE.bind("cn=check,cn=tree", "secret")))
          .isEqualTo("L7OK: bound");
      assertThat(Checked.verdict(server.port(), PROBE.bind("cn=check,cn=tree", "wrong")))
          .isEqualTo("L7STS: 49 invalidCredentials");
      assertThat(Checked.verdict(server.port(), PROBE.bind("check", "secret")))
          .isEqualTo("L7STS: 34 invalidDNSyntax: invalid DN");

      String pid = Long.toString(server.pid());
      Command.run("kill", "-STOP", pid);
      assertThat(Checked.verdict(server.port(), PROBE, Duration.ofMillis(500)))
          .isEqualTo("L7TOUT: no answer");
      Command.run("kill", "-CONT", pid);
    }
    assertThat(Checked.verdict(server.port(), PROBE)).startsWith("L4CON: Connection refused: ");
  }

  @Test
  void one_that_does_not_like_strangers_says_so() {
    try (RealServer server = Slapd.start("disallow bind_anon")) {
      assertThat(Checked.verdict(server.port(), PROBE))
          .isEqualTo("L7STS: 48 inappropriateAuthentication: anonymous bind disallowed");
    }
  }

  @Test
  void to_a_probe_of_another_protocol_it_is_a_stranger() {
    try (RealServer server = Slapd.start("")) {
      assertThat(Checked.verdict(server.port(), Probes.postgres("check"))).startsWith("L7RSP: ");
      assertThat(Checked.verdict(server.port(), Probes.mysql("check"), Duration.ofMillis(500)))
          .isEqualTo("L7TOUT: no greeting");
    }
  }
}
