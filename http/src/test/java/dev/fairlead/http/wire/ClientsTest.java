package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Http2;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that others wrote: the JDK's, which asks for HTTP/2 with each first request. */
@Timeout(60)
final class ClientsTest {
  private static URI uri(Proxy proxy, String path) {
    InetSocketAddress address = (InetSocketAddress) proxy.balancer().address("web");
    return URI.create("http://127.0.0.1:" + address.getPort() + path);
  }

  @Test
  void hundreds_of_requests_at_once_are_all_answered() throws Exception {
    try (ScriptedServer a = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        ScriptedServer b = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        Proxy proxy =
            Proxy.of(p -> p.eachServer(s -> s.maxConnections(8)), f -> f.forwardedFor(), a, b)) {
      HttpClient client = HttpClient.newHttpClient();
      List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(proxy, "/" + i));
        if (i % 3 == 0) {
          request.POST(BodyPublishers.ofString("x".repeat(i * 10)));
        }
        all.add(client.sendAsync(request.build(), BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> response : all) {
        assertThat(response.join().statusCode()).isEqualTo(200);
        assertThat(response.join().body()).isEqualTo("fine");
      }
      assertThat(a.connection(1).received()).doesNotContainIgnoringCase("h2c");
      assertThat(proxy.ended(400))
          .allSatisfy(end -> assertThat(end.termination()).hasToString("--"));
    }
  }

  @Test
  void a_client_that_asks_for_http2_gets_it_only_where_that_is_allowed() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        Proxy strict = Proxy.to(server);
        Proxy open = Proxy.of(b -> b, f -> f.http2(Http2.defaults().upgrade(true)), server)) {
      HttpClient client = HttpClient.newHttpClient();
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> before =
            client.send(HttpRequest.newBuilder(uri(strict, "/")).build(), BodyHandlers.ofString());
        HttpResponse<String> after =
            client.send(HttpRequest.newBuilder(uri(open, "/")).build(), BodyHandlers.ofString());

        assertThat(before.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(after.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(after.body()).isEqualTo("fine");
      }
      assertThat(server.connection(1).received()).doesNotContainIgnoringCase("h2c");
      assertThat(server.connection(1).received()).doesNotContainIgnoringCase("http2-settings");
    }
  }

  @Test
  void a_body_of_unknown_length_comes_back_as_it_was_sent() throws Exception {
    byte[] data = new byte[3_000_000];
    new Random(3).nextBytes(data);
    try (ScriptedServer echo = ScriptedServer.start(c -> {
          String request = c.readRequest();
          String body = request.substring(request.indexOf("\r\n\r\n") + 4);
          c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
          c.readAll();
        });
        Proxy proxy = Proxy.to(echo)) {
      HttpResponse<byte[]> response = HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(uri(proxy, "/"))
                  .POST(BodyPublishers.ofByteArrays(List.of(data)))
                  .build(),
              BodyHandlers.ofByteArray());
      assertThat(response.body()).isEqualTo(data);
    }
  }
}
