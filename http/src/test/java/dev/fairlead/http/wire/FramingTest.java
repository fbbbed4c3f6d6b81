package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.Http2;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** The corpus over real sockets, through a real load balancer. */
@Timeout(120)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class FramingTest {
  @TestFactory
  Stream<DynamicTest> a_request_gets_its_verdict() {
    ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
    // With prior knowledge allowed, one of them would be the beginning of HTTP/2.
    Proxy proxy = Proxy.of(b -> b, f -> f.http2(Http2.defaults().priorKnowledge(false)), server);
    return Corpus.read("requests.txt").stream()
        .filter(given -> !given.words().contains("408")) // see RequestFramingTest
        .map(given -> DynamicTest.dynamicTest(given.toString(), () -> check(proxy, given)))
        .onClose(() -> {
          proxy.close();
          server.close();
        });
  }

  private static void check(Proxy proxy, Corpus.Case given) throws IOException {
    try (RawClient client = proxy.connect()) {
      client.send(given.bytes());
      boolean toHead = given.text().startsWith("HEAD");
      for (String verdict : given.words()) {
        if (verdict.equals("ok")) {
          assertThat(toHead ? client.head() : client.response()).startsWith("HTTP/1.1 200 ");
        } else {
          assertThat(client.head())
              .startsWith("HTTP/1.1 " + verdict + " ")
              .contains("\r\nConnection: close\r\n");
          assertThat(client.rest()).startsWith(toHead ? "" : verdict + " ");
        }
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> a_response_gets_its_verdict() {
    return Corpus.read("responses.txt").stream()
        .map(given -> DynamicTest.dynamicTest(given.toString(), () -> checkResponse(given)));
  }

  private static void checkResponse(Corpus.Case given) throws IOException {
    try (ScriptedServer server = ScriptedServer.start(c -> {
          c.readRequest();
          c.write(given.bytes());
        });
        Proxy proxy = Proxy.of(b -> b.retries(0), f -> f, server);
        RawClient client = proxy.connect()) {
      String method = given.words().size() > 1 ? given.words().get(1) : "GET";
      client.send(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
      switch (given.words().get(0)) {
        case "502" -> assertThat(last(client)).startsWith("HTTP/1.1 502 ");
        case "cut" -> {
          assertThat(client.head()).startsWith("HTTP/1.1 200 ");
          assertThat(client.rest()).doesNotContain("0\r\n\r\n").doesNotContain("zz");
          assertThat(proxy.first().termination().stage().letter()).isEqualTo('D');
        }
        default -> {
          assertThat(last(client)).matches("(?s)HTTP/1.1 (200|204|299|304|404|599) .*");
          assertThat(proxy.first().termination()).hasToString("--");
        }
      }
    }
  }

  /** The head of the last response; interim ones are skipped. */
  private static String last(RawClient client) throws IOException {
    String head = client.head();
    while (head.startsWith("HTTP/1.1 1")) {
      head = client.head();
    }
    return head;
  }

  @Test
  void a_smuggled_request_reaches_no_server() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "0\r\n\r\nGET /admin HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.response()).startsWith("HTTP/1.1 400 ");
      assertThat(client.rest()).isEmpty();
      assertThat(server.connections()).isZero();
      assertThat(proxy.first().termination()).hasToString("PR");
      assertThat(proxy.frontend(Counter.REQUEST_ERRORS)).isEqualTo(1);
      assertThat(proxy.frontend(Counter.HTTP_4XX)).isEqualTo(1);
    }
  }

  @Test
  void what_comes_behind_a_faulty_request_is_not_read() throws Exception {
    try (ScriptedServer server = ScriptedServer.start(Scripts.answer(Scripts.ok("fine")));
        Proxy proxy = Proxy.to(server);
        RawClient client = proxy.connect()) {
      client.get("/good").send("BAD\r\n\r\n").get("/never");
      assertThat(client.response()).endsWith("fine");
      assertThat(client.response()).startsWith("HTTP/1.1 400 ");
      assertThat(client.rest()).isEmpty();
      assertThat(server.connection(1).received()).contains("/good").doesNotContain("/never");
      assertThat(proxy.ended(2))
          .extracting(end -> end.detail().status())
          .isEqualTo(List.of(200, 400));
    }
  }
}
