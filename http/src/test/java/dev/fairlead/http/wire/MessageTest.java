package dev.fairlead.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies, trailers, interim responses and versions, as they cross the proxy. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class MessageTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

  private static Script reply(String response) {
    return c -> {
      c.readRequest();
      c.write(response);
      c.readAll();
    };
  }

  @Test
  void a_request_reaches_the_server_in_its_order_and_case() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("")));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("POST /a?b HTTP/1.1\r\nhOST: x:1\r\nX-b:  1\r\nx-A: \u00e4\r\nX-b: 2\r\n"
          + "Content-Length: 3\r\n\r\nabc");
      client.response();
      assertThat(server.connection(1).received())
          .isEqualTo("POST /a?b HTTP/1.1\r\nhOST: x:1\r\nX-b:  1\r\nx-A: \u00e4\r\nX-b: 2\r\n"
              + "Content-Length: 3\r\n\r\nabc");
    }
  }

  @Test
  void hop_by_hop_fields_are_removed_both_ways_but_framing_stays() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(reply("HTTP/1.1 200 OK\r\n"
            + "Connection: x-private, keep-alive, content-length\r\nX-Private: 1\r\n"
            + "Keep-Alive: timeout=5\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nX-Kept: 1\r\n"
            + "Content-Length: 2\r\n\r\nok"));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nConnection: x-secret, host, close-not\r\n"
          + "Connection: Upgrade, HTTP2-Settings, content-length\r\nUpgrade: h2c\r\n"
          + "HTTP2-Settings: AAMAAABk\r\nX-Secret: 1\r\nx-SECRET: 2\r\nTE: gzip, trailers;q=1\r\n"
          + "Keep-Alive: 1\r\nProxy-Connection: keep-alive\r\nX-Kept: 1\r\n"
          + "Content-Length: 2\r\n\r\nhi");
      assertThat(client.response())
          .isEqualTo("HTTP/1.1 200 OK\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok");
      assertThat(server.connection(1).received())
          .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nX-Kept: 1\r\nContent-Length: 2\r\n"
              + "TE: trailers\r\nConnection: TE\r\n\r\nhi");
    }
  }

  @Test
  void chunks_are_framed_anew_and_trailers_pass_both_ways() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(reply("HTTP/1.1 200 OK\r\n"
            + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            + "003;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\n\r\n"
          + "0004;ext=\"1\"\r\nwiki\r\n0\r\nX-Check: 1\r\n\r\n");
      assertThat(client.response())
          .startsWith("HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n")
          .endsWith("\r\n0\r\nX-Sum: 5\r\n\r\n")
          .contains("abc")
          .contains("de")
          .doesNotContain("x=y");
      assertThat(server.connection(1).received())
          .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "4\r\nwiki\r\n0\r\nX-Check: 1\r\n\r\n");
    }
  }

  @Test
  void a_response_that_ends_with_its_connection_becomes_chunks() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write("HTTP/1.1 200 OK\r\n\r\nall of it");
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      assertThat(client.send(GET).response())
          .isEqualTo(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nall of it\r\n0\r\n\r\n");
      assertThat(client.send(GET).response()).endsWith("0\r\n\r\n");
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void an_http10_client_gets_no_chunks_and_no_interim_response() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(
            reply(
                "HTTP/1.1 103 Early Hints\r\n\r\n"
                    + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n"));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send(
          "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.rest()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc");
      assertThat(server.connection(1).received()).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }
  }

  @Test
  void an_http10_client_is_kept_when_it_asks_and_the_length_is_known() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("hi")));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      String request = "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n";
      assertThat(client.send(request).response())
          .contains("\r\nConnection: keep-alive\r\n")
          .endsWith("hi");
      assertThat(client.send("GET / HTTP/1.0\r\n\r\n").rest())
          .contains("\r\nConnection: close\r\n")
          .endsWith("hi");
      assertThat(server.connection(1).received()).endsWith("GET / HTTP/1.0\r\n\r\n");
    }
  }

  @Test
  void an_http10_server_is_closed_behind_its_response_unless_it_says_otherwise() throws Exception {
    try (ScriptedServer server =
            ScriptedServer.start(reply("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      assertThat(client.send(GET).response()).startsWith("HTTP/1.1 200 OK").endsWith("hi");
      assertThat(client.send(GET).response()).endsWith("hi");
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void responses_without_a_body_keep_their_length_and_their_connection() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
          c.readRequest();
          c.write("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n");
          c.readRequest();
          c.write("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
          c.readRequest();
          c.write(Scripts.ok("last"));
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.head()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
      assertThat(client.send(GET).head())
          .isEqualTo("HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n");
      assertThat(client.send(GET).head()).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
      assertThat(client.send(GET).response()).endsWith("last");
    }
  }

  @Test
  void a_client_that_expects_100_waits_for_the_server() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readHead();
          c.write("HTTP/1.1 100 Continue\r\n\r\n");
          c.read(5);
          c.write(Scripts.ok("thanks"));
          c.readAll();
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(client.send("hello").response()).endsWith("thanks").doesNotContain("close");
      assertThat(server.connection(1).received()).contains("\r\nExpect: 100-continue\r\n");
    }
  }

  @Test
  void a_response_before_the_end_of_the_request_ends_both() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readHead();
          c.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nno!");
          c.readAll();
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nbegin");
      assertThat(client.response())
          .startsWith("HTTP/1.1 413 ")
          .contains("\r\nConnection: close\r\n")
          .endsWith("no!");
      client.send("more of it that nobody wants");
      assertThat(client.rest()).isEmpty();
      Await.until(Proxy.SOON, () -> server.open() == 0);
      assertThat(proxy.first().termination()).hasToString("--");
    }
  }

  @Test
  void the_authority_of_an_absolute_target_wins_over_host() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("")));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send("GET http://right:81/x?y HTTP/1.1\r\nA: 1\r\nHost: wrong\r\nB: 2\r\n\r\n");
      client.response();
      client.send("GET HTTP://right?y HTTP/1.1\r\nHost: wrong\r\n\r\n").response();
      client.send("OPTIONS http://right HTTP/1.1\r\nHost: wrong\r\n\r\n").response();
      client.send("GET http://right/ HTTP/1.0\r\nB: 2\r\n\r\n").response();
      assertThat(server.connection(1).received())
          .isEqualTo("GET /x?y HTTP/1.1\r\nA: 1\r\nHost: right:81\r\nB: 2\r\n\r\n"
              + "GET /?y HTTP/1.1\r\nHost: right\r\n\r\n"
              + "OPTIONS * HTTP/1.1\r\nHost: right\r\n\r\n"
              + "GET / HTTP/1.1\r\nHost: right\r\nB: 2\r\n\r\n");
    }
  }

  @Test
  void ten_mebibytes_cross_unchanged_each_way_in_every_framing() throws Exception {
    byte[] data = new byte[10 << 20];
    new Random(7).nextBytes(data);
    String text = new String(data, ISO_8859_1);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          while (true) {
            String body = c.readHead().contains("chunked") ? chunks(c) : c.read(10 << 20);
            c.write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
          }
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      for (String framing :
          new String[] {"Content-Length: " + (10 << 20), "Transfer-Encoding: chunked"}) {
        boolean chunked = framing.contains("chunked");
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
          try {
            client.send("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n");
            if (chunked) {
              client.send("500000\r\n" + text.substring(0, 5 << 20) + "\r\n");
              client.send("500000\r\n" + text.substring(5 << 20) + "\r\n0\r\n\r\n");
            } else {
              client.send(data);
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(10 << 20).equals(text)).isTrue();
        sending.join();
      }
    }
  }

  private static String chunks(ScriptedConnection c) throws IOException {
    StringBuilder body = new StringBuilder();
    int size = Integer.parseInt(c.readUntil("\r\n").strip(), 16);
    while (size > 0) {
      body.append(c.read(size));
      c.read(2);
      size = Integer.parseInt(c.readUntil("\r\n").strip(), 16);
    }
    c.read(2);
    return body.toString();
  }
}
