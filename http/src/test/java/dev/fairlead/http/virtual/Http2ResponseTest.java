package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.StrictMessage;
import dev.fairlead.http.StrictMessage.Field;
import dev.fairlead.http.StrictReader;
import dev.fairlead.http.virtual.Http2Text.Frame;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus of HTTP/2 responses through a whole proxy to a client that speaks HTTP/1.1, each in every split
 * into two writes and byte by byte, all on one connection to the server: a malformed one is the end of its
 * stream only. What the client gets is read by {@link StrictReader}.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http2ResponseTest {
  private VirtualProxy proxy;

  @BeforeAll
  void open() {
    proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1),
        b -> b.retries(0).eachServer(s -> s.proto("h2")),
        f -> f.keepAliveTimeout(Duration.ofDays(1)));
  }

  @AfterAll
  void close() {
    proxy.close();
  }

  static List<Corpus.Case> cases() {
    return Corpus.read("http2-responses.txt");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_client_gets_what_the_server_meant_or_nothing_whole(Corpus.Case given) {
    FramedCase response = FramedCase.of(given);
    int length = response.frames(1, 0).length();
    for (int cut : Corpus.cuts(length)) {
      check(given, response, "cut at " + cut, cut);
    }
    check(given, response, "byte by byte", -1);
  }

  private void check(Corpus.Case given, FramedCase response, String how, int cut) {
    String verdict = given.words().get(0);
    String method = given.words().size() > 1 ? given.words().get(1) : "GET";
    Peer client = proxy.connect();
    proxy.send(client, method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    Peer server = proxy.servers().get(0);
    String bytes = response.frames(asked(server), 0);
    if (cut < 0) {
      for (int i = 0; i < bytes.length(); i++) {
        proxy.send(server, bytes.substring(i, i + 1));
      }
    } else {
      proxy.send(server, bytes.substring(0, cut));
      proxy.send(server, bytes.substring(cut));
    }
    StrictReader got = new StrictReader(client.received());
    switch (verdict) {
      case "ok" -> {
        for (List<Field> interim : response.interim()) {
          StrictMessage one = got.response(method, false);
          assertThat(one.start().get(1)).as(how).isEqualTo(interim.get(0).value());
          assertThat(one.fields()).as(how).isEqualTo(interim.subList(1, interim.size()));
        }
        agree(response, got.response(method, false), how);
        assertThat(got.atEnd()).as(how).isTrue();
        assertThat(client.open()).as(how).isTrue();
      }
      case "502" -> {
        StrictMessage last = got.response(method, false);
        while (last.status() < 200) {
          last = got.response(method, false);
        }
        assertThat(last.status()).as(how).isEqualTo(502);
        assertThat(got.atEnd()).as(how).isTrue();
      }
      default -> {
        assertThat(verdict).isEqualTo("cut");
        assertThat(client.open()).as(how).isFalse();
        assertThatThrownBy(() -> got.response(method, true))
            .as(how)
            .isInstanceOf(StrictReader.Unfinished.class);
      }
    }
    proxy.close(client);
    assertThat(server.open()).as(how).isTrue();
    assertThat(proxy.servers()).as(how).hasSize(1);
    assertThat(proxy.balancer().backend("app").status().inFlight()).as(how).isZero();
  }

  /** The stream on which the server was asked. */
  private int asked(Peer server) {
    String received = server.take();
    if (received.startsWith(Http2Text.MAGIC)) {
      proxy.send(server, Http2Text.SETTINGS);
      received = received.substring(Http2Text.MAGIC.length()) + server.take();
    }
    return Http2Text.frames(received).stream()
        .filter(frame -> frame.type() == Http2Text.HEADERS)
        .mapToInt(Frame::stream)
        .max()
        .orElseThrow();
  }

  private static void agree(FramedCase meant, StrictMessage got, String how) {
    assertThat(got.start().subList(0, 2))
        .as(how)
        .containsExactly("HTTP/1.1", meant.all(":status").get(0));
    assertThat(theirs(got.fields())).as(how).isEqualTo(theirs(meant.fields()));
    assertThat(got.body()).as(how).isEqualTo(meant.data());
    assertThat(got.trailers()).as(how).isEqualTo(meant.trailers());
    assertThat(got.all("content-length").size() + got.all("transfer-encoding").size())
        .as(how)
        .isLessThanOrEqualTo(1);
    assertThat(got.all("transfer-encoding")).as(how).isSubsetOf("chunked");
    meant
        .all("content-length")
        .forEach(length -> assertThat(got.all("content-length"))
            .as(how)
            .containsExactly(String.valueOf(Long.parseLong(length))));
  }

  private static List<Field> theirs(List<Field> fields) {
    return fields.stream()
        .filter(field -> !field.name().startsWith(":")
            && !field.is("content-length")
            && !field.is("transfer-encoding"))
        .toList();
  }
}
