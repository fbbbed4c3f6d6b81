package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ScriptedServerTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  @Test
  void echo_returns_every_byte_and_the_server_has_seen_them() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(Scripts.echo());
        Socket client = connect(server)) {
      send(client, "hello");

      assertThat(read(client, 5)).isEqualTo("hello");
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(server.connection(1).received()).isEqualTo("hello");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void answer_gives_one_response_per_request_whatever_its_body() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("hi")));
        Socket client = connect(server)) {
      send(client, GET);
      send(client, "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
      send(client, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
      String trailers = "0\r\nA: 1\r\nB: 2\r\n\r\n";
      send(client, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + trailers);

      assertThat(read(client, 4 * Scripts.ok("hi").length()))
          .isEqualTo(Scripts.ok("hi").repeat(4));
      assertThat(server.connection(1).received()).endsWith(trailers);
    }
  }

  @Test
  void refusing_keeps_the_port_closed_until_it_listens_and_again_after_refuse() throws IOException {
    try (ScriptedServer server = ScriptedServer.refusing()) {
      assertThatThrownBy(() -> connect(server)).isInstanceOf(ConnectException.class);

      server.listen(Scripts.echo());
      try (Socket client = connect(server)) {
        send(client, "a");
        assertThat(read(client, 1)).isEqualTo("a");
        server.refuse();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
      assertThatThrownBy(() -> connect(server)).isInstanceOf(ConnectException.class);

      server.listen(Scripts.closeAtOnce());
      try (Socket client = connect(server)) {
        assertThat(client.getInputStream().read()).isEqualTo(-1);
      }
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void a_port_can_be_opened_again_after_close() throws IOException {
    int port;
    try (ScriptedServer first = ScriptedServer.start(Scripts.echo());
        Socket client = connect(first)) {
      port = first.port();
      send(client, "x");
      assertThat(read(client, 1)).isEqualTo("x");
    }
    try (ScriptedServer second = ScriptedServer.start(port, Scripts.halfClose("back"));
        Socket client = connect(second)) {
      assertThat(read(client, 4)).isEqualTo("back");
    }
  }

  @Test
  void hang_accepts_and_says_nothing() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(Scripts.hang());
        Socket client = connect(server)) {
      client.setSoTimeout(50);

      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(server.open()).isEqualTo(1);
    }
  }

  @Test
  void reset_after_breaks_the_connection_at_that_byte() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(Scripts.resetAfter(3));
        Socket client = connect(server)) {
      send(client, "abc");

      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
      assertThat(server.connection(1).received()).isEqualTo("abc");
      Await.until(Duration.ofSeconds(5), () -> server.open() == 0);
    }
  }

  @Test
  void half_close_ends_one_direction_and_still_reads_the_other() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(Scripts.halfClose("bye"));
        Socket client = connect(server)) {
      assertThat(read(client, 3)).isEqualTo("bye");
      assertThat(client.getInputStream().read()).isEqualTo(-1);

      send(client, "still here");
      client.shutdownOutput();

      Await.until(Duration.ofSeconds(5), () -> server.open() == 0);
      assertThat(server.connection(1).received()).isEqualTo("still here");
    }
  }

  @Test
  void drip_sends_the_response_in_pieces() throws IOException {
    String response = Scripts.ok("slowly");
    try (ScriptedServer server =
            ScriptedServer.start(Scripts.drip(response, 7, Duration.ofMillis(1)));
        Socket client = connect(server)) {
      send(client, GET);

      assertThat(read(client, response.length())).isEqualTo(response);
    }
  }

  @Test
  void bad_chunk_follows_a_good_one() throws IOException {
    try (ScriptedServer server = ScriptedServer.start(Scripts.badChunk());
        Socket client = connect(server)) {
      send(client, GET);
      client.shutdownOutput();

      assertThat(new String(client.getInputStream().readAllBytes(), ISO_8859_1))
          .endsWith("\r\n\r\n4\r\ngood\r\nno-size\r\n");
    }
  }

  @Test
  void in_turn_plays_another_script_to_each_client_and_stays_at_the_last() throws IOException {
    try (ScriptedServer server =
        ScriptedServer.start(Scripts.inTurn(Scripts.halfClose("one"), Scripts.halfClose("two")))) {
      for (String expected : new String[] {"one", "two", "two"}) {
        try (Socket client = connect(server)) {
          assertThat(read(client, 3)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void a_script_that_fails_fails_the_close() throws IOException {
    ScriptedServer server = ScriptedServer.start(client -> {
      throw new IllegalStateException("boom");
    });
    try (Socket client = connect(server)) {
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }

    assertThatThrownBy(server::close)
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("boom");
  }

  private static Socket connect(ScriptedServer server) throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String read(Socket client, int count) throws IOException {
    return new String(client.getInputStream().readNBytes(count), ISO_8859_1);
  }
}
