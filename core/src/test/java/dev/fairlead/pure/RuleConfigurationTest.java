package dev.fairlead.pure;

import static dev.fairlead.config.ConnectionRule.when;
import static dev.fairlead.edge.Conditions.sni;
import static dev.fairlead.edge.Conditions.tlsVersion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.ConnectionRule;
import dev.fairlead.config.Server;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsVersion;
import dev.fairlead.tcp.TcpFrontend;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Rules that could not do what they say are refused when a frontend is built. */
class RuleConfigurationTest {
  private static final Backend APP =
      Backend.builder("app").server(Server.of("s", "127.0.0.1", 1)).build();
  private static final ConnectionRule OLD =
      when(sni("a.example").and(tlsVersion(TlsVersion.TLS_1_2))).reject();
  private static final ConnectionRule PASS = when(sni("b.example")).passThrough(APP);

  private static TcpFrontend.Builder frontend(ConnectionRule... rules) {
    TcpFrontend.Builder builder = TcpFrontend.builder("f").defaultBackend(APP);
    for (ConnectionRule rule : rules) {
      builder.rule(rule);
    }
    return builder;
  }

  private static Binding terminating() {
    return Binding.of(0).tls(Tls.of(TlsCertificate.pem(Path.of("any"))));
  }

  /** The handshake is over when such a rule has been asked: nothing could pass as it came. */
  @Test
  void nothing_passes_through_behind_a_rule_that_needs_terminated_tls() {
    assertThatThrownBy(() -> frontend(OLD, PASS).bind(terminating()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("frontend 'f': rule 'when sni(b.example) send to app as it is' behind one that"
            + " needs terminated TLS (expected: before it)");
    assertThat(frontend(PASS, OLD).bind(terminating()).build().settings().rules())
        .hasSize(2);
    assertThat(frontend(OLD, PASS).bind(0).build().settings().rules()).hasSize(2);
  }

  @Test
  void a_frontend_that_listens_nowhere_has_no_rules() {
    assertThatThrownBy(() -> frontend(PASS).unbound().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("frontend 'f': rules, which are asked where a connection comes in (leave them"
            + " out of unbound())");
  }
}
