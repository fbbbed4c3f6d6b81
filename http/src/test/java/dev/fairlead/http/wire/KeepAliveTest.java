package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class KeepAliveTest {
  @Test
  void requests_of_one_client_use_one_connection_on_both_sides() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("hello")));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      for (int i = 0; i < 10; i++) {
        assertThat(client.get("/" + i).response()).endsWith("\r\n\r\nhello");
      }
      assertThat(server.connections()).isEqualTo(1);
      assertThat(proxy.ended(10)).allSatisfy(end -> {
        assertThat(end.termination()).hasToString("--");
        assertThat(end.detail().status()).isEqualTo(200);
      });
    }
  }

  @Test
  void pipelined_requests_are_answered_in_their_order() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          while (true) {
            String request = c.readRequest();
            c.write(Scripts.ok(request.substring(4, request.indexOf(' ', 4))));
          }
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
      }
      client.send(all.toString());
      for (int i = 0; i < 50; i++) {
        assertThat(client.response()).endsWith("\r\n\r\n/" + i);
      }
    }
  }

  @Test
  void an_idle_connection_that_its_server_closes_is_dropped() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write(Scripts.ok("once"));
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      assertThat(client.get("/1").response()).endsWith("once");
      Await.until(Proxy.SOON, () -> server.open() == 0);
      assertThat(client
              .send("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
              .response())
          .endsWith("once");
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @Test
  void a_response_that_nobody_asked_for_reaches_nobody() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write(Scripts.ok("fine"));
          if (c.number() == 1) {
            answered.await();
            c.write(Scripts.ok("poison"));
            c.readAll();
          }
        });
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      assertThat(client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").response()).endsWith("fine");
      answered.countDown();
      Await.until(Proxy.SOON, () -> server.open() == 0);
      assertThat(client.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").response()).endsWith("fine");
    }
  }

  @Test
  void a_connection_on_which_a_body_may_follow_that_cannot_be_is_not_used_again() throws Exception {
    for (String head : new String[] {
      "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
      "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    }) {
      try (ScriptedServer server = ScriptedServer.start(Scripts.answer(head));
          Proxy proxy = Proxy.to(server);
          RawClient client = proxy.connect()) {
        client.get("/").head();
        proxy.first();
        client.get("/");
        proxy.ended(2);
        assertThat(server.connections()).isEqualTo(2);
      }
    }
  }
}
