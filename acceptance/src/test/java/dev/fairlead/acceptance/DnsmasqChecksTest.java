package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.DnsProbe;
import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.health.UdpProbe;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an operator reads of a real dnsmasq, asked by UDP, in every condition. */
final class DnsmasqChecksTest {
  private static final DnsProbe PROBE = Probes.dns("app.example").type("A");

  @Test
  void a_question_is_answered_or_refused() {
    RealServer server = start();
    try (server) {
      assertThat(verdict(server, PROBE)).isEqualTo("L7OK: NOERROR, 1 answer");
      assertThat(verdict(server, PROBE.type("AAAA"))).isEqualTo("L7OK: NOERROR, 0 answers");
      assertThat(verdict(server, Probes.dns("none.example")))
          .isEqualTo("L7STS: NXDOMAIN, expected NOERROR");
      assertThat(verdict(server, Probes.dns("none.example").expect("NXDOMAIN")))
          .isEqualTo("L7OK: NXDOMAIN, 0 answers");
      assertThat(verdict(server, Probes.dns("elsewhere.test")))
          .isEqualTo("L7STS: REFUSED, expected NOERROR");

      // The same question in bytes, with an id of 1234.
      UdpProbe bytes =
          Probes.udpBinary("12340100000100000000000003617070076578616d706c650000010001");
      assertThat(verdict(server, bytes.expectBinaryRegex("^12348.8.")))
          .startsWith("L7OK: answered");
      assertThat(verdict(server, bytes.expectBinaryRegex("^4321"))).startsWith("L7RSP: got ");

      String pid = Long.toString(server.pid());
      Command.run("kill", "-STOP", pid);
      assertThat(Checked.verdict(server.port(), PROBE, Duration.ofMillis(500)))
          .isEqualTo("L7TOUT: no answer");
      Command.run("kill", "-CONT", pid);
    }
    assertThat(verdict(server, PROBE)).isEqualTo("L4CON: port unreachable, nobody listens there");
  }

  private static String verdict(RealServer server, Probe probe) {
    return Checked.verdict(server.port(), probe);
  }

  private static RealServer start() {
    String program = RealServer.find("dnsmasq");
    int port = Ports.free();
    return RealServer.program(port, directory -> {
      Unprivileged.own(directory);
      return Unprivileged.command(
          program,
          "--keep-in-foreground",
          "--conf-file=/dev/null",
          "--pid-file=" + directory.resolve("pid"),
          "--log-facility=-",
          "--listen-address=127.0.0.1",
          "--bind-interfaces",
          "--port=" + port,
          "--no-resolv",
          "--no-hosts",
          "--local=/example/",
          "--host-record=app.example,10.0.0.1");
    });
  }
}
