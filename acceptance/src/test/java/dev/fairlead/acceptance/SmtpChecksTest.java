package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator reads of a real OpenSMTPD in every condition. It is several processes. */
final class SmtpChecksTest {
  private static final Probe PROBE = Probes.smtp();

  @BeforeAll
  static void only_root_may_run_it() {
    assumeTrue("root".equals(System.getProperty("user.name")), "OpenSMTPD runs for root only");
  }

  /** One at a time, as they all have the same control socket; so its end is that of all its processes. */
  private record Mail(RealServer server) implements AutoCloseable {
    int port() {
      return server.port();
    }

    private List<ProcessHandle> processes() {
      return ProcessHandle.of(server.pid()).stream()
          .flatMap(ProcessHandle::descendants)
          .toList();
    }

    private void signal(String name) {
      for (ProcessHandle process : processes()) {
        var unused = Command.end("", "kill", name, Long.toString(process.pid())); // it may be gone
      }
    }

    @Override
    public void close() {
      List<ProcessHandle> processes = processes();
      server.close();
      Waits.until("all gone", () -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void one_that_works_that_hangs_and_that_is_stopped_are_told_apart() {
    Mail server = start("");
    try (server) {
      assertThat(Checked.verdict(server.port(), PROBE)).matches("L7OK: 220 .* ESMTP OpenSMTPD");
      assertThat(Checked.verdict(server.port(), Probes.smtp("EHLO", "lb.example")))
          .startsWith("L7OK: 220 ");
      server.signal("-STOP");
      try {
        assertThat(Checked.verdict(server.port(), PROBE, Duration.ofMillis(300)))
            .isEqualTo("L7TOUT: no greeting");
      } finally {
        server.signal("-CONT");
      }
    }
    assertThat(Checked.verdict(server.port(), PROBE))
        .startsWith("L4CON: ")
        .contains("Connection refused");
  }

  @Test
  void one_that_does_not_like_us_is_quoted() {
    try (Mail server = start("connect")) {
      assertThat(Checked.verdict(server.port(), PROBE))
          .isEqualTo("L7STS: 550 go away, expected 2xx");
    }
    try (Mail server = start("helo")) {
      assertThat(Checked.verdict(server.port(), PROBE))
          .isEqualTo("L7STS: 550 go away, expected 2xx");
    }
  }

  @Test
  void to_a_probe_of_another_protocol_it_is_a_stranger() {
    try (Mail server = start("")) {
      assertThat(Checked.verdict(server.port(), Probes.redis()))
          .startsWith("L7RSP: not Redis: \"220 ");
      assertThat(Checked.verdict(server.port(), Probes.http("GET", "/")))
          .startsWith("L7RSP: not an HTTP response");
      assertThat(Checked.verdict(
              server.port(),
              Probes.script()
                  .expectRegex("^220 ")
                  .send("NOOP\r\n")
                  .expectRegex("^2[0-9]{2} .*\r\n$")
                  .reject("bye")
                  .minReceived(8)
                  .send("QUIT\r\n")
                  .expect("Bye\r\n")))
          .isEqualTo("L7OK: 6 steps passed");
    }
  }

  private static Mail start(String rejectAt) {
    String program = RealServer.find("smtpd");
    int port = Ports.free();
    return new Mail(RealServer.program(port, directory -> {
      Path config = directory.resolve("smtpd.conf");
      String rejects =
          "filter f phase " + rejectAt + " match src { 127.0.0.1 } reject \"550 go away\"\n";
      String listen = "listen on 127.0.0.1 port " + port;
      try {
        Files.writeString(
            config,
            (rejectAt.isEmpty() ? listen : rejects + listen + " filter f")
                + "\nmatch from any for any reject\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.of(program, "-d", "-f", config.toString());
    }));
  }
}
