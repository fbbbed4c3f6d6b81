package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Transport;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One direction has ended, the other takes its time. */
class HalfClosedTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private static String all(Socket socket) throws Exception {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_client_that_does_not_end_after_its_server_has_is_cut_off(Transport transport)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.write("bye");
          c.closeOutput();
          c.readAll();
        });
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server).build(), transport, b -> b.clientFinTimeout(SHORT));
        Socket socket = proxy.connect()) {
      assertThat(all(socket)).isEqualTo("bye");
      assertThat(proxy.closed().termination()).hasToString("cD");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_server_that_does_not_end_after_its_client_has_is_cut_off(Transport transport)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readAll();
          c.hang();
        });
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server).serverFinTimeout(SHORT).build(), transport, b -> b);
        Socket socket = proxy.connect()) {
      socket.getOutputStream().write('x');
      socket.shutdownOutput();
      assertThat(all(socket)).isEmpty();
      assertThat(proxy.closed().termination()).hasToString("sD");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_half_closed_client_lives_as_long_as_its_server_speaks(Transport transport)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readAll();
          c.drip("0123456789", 1, SHORT.dividedBy(3));
        });
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server).serverFinTimeout(SHORT).build(),
            transport,
            b -> b.clientFinTimeout(SHORT).clientTimeout(SHORT));
        Socket socket = proxy.connect()) {
      socket.getOutputStream().write('x');
      socket.shutdownOutput();
      assertThat(all(socket)).isEqualTo("0123456789");
      assertThat(proxy.closed().termination()).hasToString("--");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void traffic_in_one_direction_keeps_both_sides_alive(Transport transport) throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.read();
          c.drip("0123456789", 1, SHORT.dividedBy(3));
        });
        WireProxy proxy = WireProxy.start(
            WireProxy.to(server).serverTimeout(SHORT).build(),
            transport,
            b -> b.clientTimeout(SHORT));
        Socket socket = proxy.connect()) {
      socket.getOutputStream().write('x');
      assertThat(all(socket)).isEqualTo("0123456789");
      socket.shutdownOutput();
      assertThat(proxy.closed().termination()).hasToString("--");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void an_answer_survives_the_reset_of_a_server_that_was_done(Transport transport)
      throws Exception {
    String answer = "a".repeat(100_000);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.write(answer);
          c.closeOutput();
          c.pause(SHORT);
          c.reset();
        });
        WireProxy proxy = WireProxy.start(WireProxy.to(server).build(), transport, b -> b);
        Socket socket = proxy.connect()) {
      byte[] received = socket.getInputStream().readNBytes(answer.length());
      assertThat(new String(received, StandardCharsets.US_ASCII)).isEqualTo(answer);
      socket.shutdownOutput();
      Await.until(WireProxy.SOON, () -> proxy.status().inFlight() == 0);
    }
  }
}
