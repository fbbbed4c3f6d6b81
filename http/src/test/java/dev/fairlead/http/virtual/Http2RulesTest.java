package dev.fairlead.http.virtual;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.StrictMessage;
import dev.fairlead.http.StrictMessage.Field;
import dev.fairlead.http.StrictReader;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.Http2Text.Frame;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a frontend's options say of bodies, of {@code Via} and of time holds for HTTP/2 as well. */
@Timeout(30)
final class Http2RulesTest {
  private static final String GET = ":method=GET ~ :scheme=http ~ :path=/ ~ :authority=a";
  private static final String POST = ":method=POST ~ :scheme=http ~ :path=/ ~ :authority=a";

  private static VirtualProxy proxy(
      UnaryOperator<Server> server, UnaryOperator<HttpFrontend.Builder> frontend) {
    return new VirtualProxy(
        VirtualNetwork.create(1, 1),
        b -> b.retries(0).serverTimeout(ofSeconds(20)).eachServer(server),
        f -> frontend.apply(f.clientTimeout(ofSeconds(50))));
  }

  private static Peer asking(VirtualProxy proxy, String frames) {
    Peer client = proxy.connect();
    proxy.send(client, Http2Text.PREFACE + frames);
    return client;
  }

  private static String head(int stream, String fields, boolean end) {
    return Http2Text.headers(stream, FramedCase.fields(fields), end, 0);
  }

  private static boolean answered(Peer client, int stream) {
    return Http2Text.frames(client.received()).stream()
        .anyMatch(frame -> frame.stream() == stream && frame.endsStream());
  }

  @Test
  void a_body_that_is_announced_too_large_is_refused_before_a_server_is_asked() {
    try (VirtualProxy proxy = proxy(s -> s, f -> f.maxRequestBody(5))) {
      Peer client = asking(proxy, head(1, POST + " ~ content-length=6", false));
      assertThat(proxy.end()).isEqualTo("413 PR");
      assertThat(answered(client, 1)).isTrue();
      assertThat(client.open()).isTrue();
      assertThat(proxy.servers()).isEmpty();
    }
  }

  @Test
  void a_body_of_unknown_length_is_counted_as_it_comes() {
    try (VirtualProxy proxy = proxy(s -> s, f -> f.maxRequestBody(5))) {
      Peer client = asking(proxy, head(1, POST, false) + Http2Text.data(1, "abcde", false));
      assertThat(proxy.servers().get(0).received()).endsWith("abcde\r\n");
      assertThat(proxy.ended()).isEmpty();
      proxy.send(client, Http2Text.data(1, "f", true));
      assertThat(proxy.end()).isEqualTo("413 PH");
      assertThat(answered(client, 1)).isTrue();
      assertThat(client.open()).isTrue();
      assertThat(proxy.servers().get(0).open()).isFalse();
    }
  }

  @Test
  void a_body_that_trickles_is_not_waited_for_and_its_neighbours_are_not_disturbed() {
    try (VirtualProxy proxy = proxy(s -> s, f -> f.minBodyRate(10, ofSeconds(5)))) {
      Peer client = asking(proxy, head(1, POST, false));
      for (int i = 0; i < 5; i++) {
        proxy.advance(ofSeconds(1));
        proxy.send(client, Http2Text.data(1, "x", false));
      }
      proxy.advance(ofMillis(499));
      assertThat(proxy.ended()).isEmpty();
      proxy.advance(ofMillis(1));
      assertThat(proxy.end()).isEqualTo("408 cH");
      assertThat(proxy.servers().get(0).open()).isFalse();
      proxy.send(client, head(3, GET, true));
      proxy.send(proxy.servers().get(1), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      assertThat(answered(client, 3)).isTrue();
    }
  }

  @Test
  void a_stream_of_grpc_may_rest_before_its_response() {
    try (VirtualProxy proxy = proxy(s -> s, f -> f.minBodyRate(10, ofSeconds(5)))) {
      Peer client = asking(proxy, head(1, POST + " ~ content-type=application/grpc", false));
      proxy.advance(ofSeconds(49));
      assertThat(proxy.ended()).isEmpty();
      assertThat(client.open()).isTrue();
    }
  }

  @Test
  void unusual_names_can_be_refused_in_either_version() {
    try (VirtualProxy proxy = proxy(s -> s, HttpFrontend.Builder::rejectUnusualHeaders)) {
      H2Peer client = proxy.connectHttp2();
      for (int i = 0; i < 300; i++) { // well-formed: none is a reset that a client has provoked
        int id = client.ask(true, "GET", "/", "x_user", "1");
        assertThat(client.status(id)).isEqualTo(400);
        assertThat(client.body(id)).contains("400 Bad Request");
        assertThat(client.last(id)).endsWith(" END");
      }
      assertThat(proxy.end()).isEqualTo("400 PR");
      assertThat(client.goneAway()).isEqualTo("nothing");
      assertThat(client.open()).isTrue();
      assertThat(proxy.servers()).isEmpty();
    }
  }

  @Test
  void trailers_that_are_too_large_get_the_same_answer_in_either_version() {
    try (VirtualProxy proxy = proxy(s -> s, f -> f)) {
      String large = "y".repeat(20_000);
      Peer one = proxy.connect();
      proxy.send(one, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      proxy.send(one, "0\r\nx: " + large + "\r\n\r\n");
      assertThat(one.received()).startsWith("HTTP/1.1 431 ");
      assertThat(proxy.end()).isEqualTo("431 PH");
      H2Peer two = proxy.connectHttp2();
      int id = two.ask(false, "POST", "/");
      two.trailers(id, "x", large);
      assertThat(two.status(id)).isEqualTo(431);
      assertThat(two.last(id)).endsWith(" END");
      assertThat(proxy.end()).isEqualTo("431 PH");
      assertThat(two.open()).isTrue();
      assertThat(proxy.servers()).noneMatch(Peer::open);
    }
  }

  @Test
  void trailers_that_are_too_large_break_off_a_response_that_has_begun() {
    try (VirtualProxy proxy = proxy(s -> s, f -> f)) {
      H2Peer client = proxy.connectHttp2();
      int id = client.ask(false, "POST", "/");
      proxy.send(proxy.servers().get(0), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.trailers(id, "x", "y".repeat(20_000));
      assertThat(client.status(id)).isEqualTo(200);
      assertThat(client.last(id)).startsWith("RST ");
      assertThat(proxy.end()).isEqualTo("200 PD");
      assertThat(client.open()).isTrue();
    }
  }

  @Test
  void via_tells_that_the_request_came_by_http2() {
    try (VirtualProxy proxy = proxy(s -> s, f -> f.via("edge"))) {
      asking(proxy, head(1, GET + " ~ via=1.1 first", true));
      StrictMessage request = new StrictReader(proxy.servers().get(0).received()).request();
      assertThat(request.all("via")).containsExactly("1.1 first", "2.0 edge");
    }
  }

  /** A client of HTTP/1.1 whose request an HTTP/2 server has got, on stream 1. */
  private static Peer askingHttp2(VirtualProxy proxy) {
    Peer client = proxy.connect();
    proxy.send(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    proxy.send(proxy.servers().get(0), Http2Text.SETTINGS);
    return client;
  }

  @Test
  void via_and_date_are_added_to_what_came_by_http2() {
    try (VirtualProxy proxy = proxy(s -> s.proto("h2"), f -> f.via("edge").date())) {
      Peer client = askingHttp2(proxy);
      proxy.send(proxy.servers().get(0), head(1, ":status=204", true));
      StrictMessage response = new StrictReader(client.received()).response("GET", false);
      assertThat(response.fields()).contains(new Field("Via", "2.0 edge"));
      assertThat(response.all("date")).hasSize(1);
    }
  }

  @Test
  void interim_responses_give_a_server_no_time_for_ever() {
    try (VirtualProxy proxy = proxy(s -> s.proto("h2"), f -> f)) {
      Peer client = askingHttp2(proxy);
      Peer server = proxy.servers().get(0);
      String processing = head(1, ":status=102", false);
      proxy.send(server, processing);
      for (int i = 0; i < 20; i++) {
        proxy.advance(ofSeconds(10).minusNanos(1));
        assertThat(proxy.ended()).isEmpty();
        proxy.send(server, processing);
      }
      server.take();
      proxy.advance(ofSeconds(1));
      assertThat(client.received()).contains("HTTP/1.1 504 ");
      assertThat(proxy.end()).isEqualTo("504 sH");
      List<Frame> frames = Http2Text.frames(server.received());
      assertThat(frames).anyMatch(frame -> frame.type() == Http2Text.RST_STREAM);
      assertThat(server.open()).isTrue();
    }
  }
}
