package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.http.StrictMessage;
import dev.fairlead.http.StrictMessage.Field;
import dev.fairlead.http.StrictReader;
import dev.fairlead.http.virtual.Http2Text.Frame;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus of HTTP/2 requests through a whole proxy to a server that speaks HTTP/1.1: what was harmless in
 * frames must not become framing. Each in every split into two writes, byte by byte, and with its fields in
 * two frames, cut anywhere. What the server gets is read by {@link StrictReader}.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DowngradeTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final List<String> OURS =
      List.of("host", "content-length", "transfer-encoding", "te", "connection", "cookie");
  private static final int PROTOCOL_ERROR = 1;

  private VirtualProxy proxy;

  @BeforeAll
  void open() {
    proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1),
        b -> b,
        f -> f.serverConnections(ServerConnections.defaults().maxIdle(2)));
  }

  @AfterAll
  void close() {
    proxy.close();
  }

  static List<Corpus.Case> cases() {
    return Corpus.read("http2-requests.txt");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_server_gets_what_the_client_meant_or_nothing_whole(Corpus.Case given) {
    FramedCase request = FramedCase.of(given);
    String bytes = request.frames(1, 0);
    for (int cut : Corpus.cuts(bytes.length())) {
      List<String> pieces = List.of(bytes.substring(0, cut), bytes.substring(cut));
      check(given, request, "cut at " + cut, pieces);
    }
    List<String> each = bytes.chars().mapToObj(c -> String.valueOf((char) c)).toList();
    check(given, request, "byte by byte", each);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void fields_mean_the_same_in_two_frames(Corpus.Case given) {
    FramedCase request = FramedCase.of(given);
    int length = Http2Text.headers(1, request.fields(), true, 1).length() - 18;
    int from = Math.max(1, length - Http2Text.LARGEST);
    int to = Math.min(length - 1, Http2Text.LARGEST);
    for (int cut = from; cut <= to; cut += Math.max(1, length / 30)) {
      check(given, request, "two frames, cut at " + cut, List.of(request.frames(1, cut)));
    }
  }

  private void check(Corpus.Case given, FramedCase request, String how, List<String> pieces) {
    Peer client = proxy.connect();
    proxy.send(client, Http2Text.PREFACE);
    client.take();
    for (String piece : pieces) {
      proxy.send(client, piece);
    }
    StrictMessage forwarded = served();
    List<Frame> frames = Http2Text.frames(client.take());
    assertThat(frames).as(how).noneMatch(frame -> frame.type() == Http2Text.GOAWAY);
    String verdict = given.verdict();
    if (verdict.equals("ok")) {
      agree(request, Objects.requireNonNull(forwarded, how), how);
      assertThat(frames).as(how).anyMatch(frame -> frame.stream() == 1 && frame.endsStream());
    } else {
      if (!verdict.equals("late")) {
        assertThat(forwarded).as(how).isNull();
      }
      if (verdict.equals("reset") || verdict.equals("late")) {
        assertThat(frames).as(how).anySatisfy(frame -> {
          assertThat(frame.type()).isEqualTo(Http2Text.RST_STREAM);
          assertThat(frame.stream()).isEqualTo(1);
          assertThat(frame.payload()).isEqualTo("\0\0\0" + (char) PROTOCOL_ERROR);
        });
      } else {
        assertThat(proxy.end()).as(how).startsWith(verdict + " ");
        assertThat(frames).as(how).anyMatch(frame -> frame.type() == Http2Text.HEADERS);
      }
    }
    if (pieces.size() != 2) {
      othersAreServed(client, how);
    }
    proxy.close(client);
    proxy.servers().removeIf(server -> !server.open());
    assertThat(proxy.balancer().backend("app").status().inFlight()).as(how).isZero();
  }

  /** Answers the request that has come whole, if one has; one that has not must be given up. */
  private @Nullable StrictMessage served() {
    StrictMessage found = null;
    for (Peer server : List.copyOf(proxy.servers())) {
      StrictReader reader = new StrictReader(server.received());
      try {
        found = reader.request();
        assertThat(reader.atEnd()).isTrue();
        server.take();
        proxy.send(server, OK);
      } catch (StrictReader.Unfinished e) {
        assertThat(server.open() && !server.received().isEmpty()).isFalse();
      }
    }
    return found;
  }

  private void othersAreServed(Peer client, String how) {
    List<Field> fields =
        FramedCase.fields(":method=GET ~ :scheme=http ~ :path=/next ~ :authority=b");
    proxy.send(client, Http2Text.headers(3, fields, true, 0));
    StrictMessage next = served();
    assertThat(Objects.requireNonNull(next, how).start())
        .as(how)
        .containsExactly("GET", "/next", "HTTP/1.1");
    assertThat(Http2Text.frames(client.take()))
        .as(how)
        .anyMatch(frame -> frame.stream() == 3 && frame.endsStream());
  }

  private static void agree(FramedCase request, StrictMessage forwarded, String how) {
    assertThat(forwarded.start())
        .as(how)
        .containsExactly(request.all(":method").get(0), request.all(":path").get(0), "HTTP/1.1");
    List<String> host =
        request.all(":authority").isEmpty() ? request.all("host") : request.all(":authority");
    assertThat(forwarded.all("host")).as(how).isEqualTo(host);
    assertThat(ofTheirs(forwarded.fields())).as(how).isEqualTo(ofTheirs(request.fields()));
    List<String> cookies = request.all("cookie");
    assertThat(forwarded.all("cookie"))
        .as(how)
        .isEqualTo(cookies.isEmpty() ? List.of() : List.of(String.join("; ", cookies)));
    assertThat(forwarded.body()).as(how).isEqualTo(request.data());
    assertThat(forwarded.trailers()).as(how).isEqualTo(request.trailers());
    assertThat(forwarded.all("te")).as(how).isEqualTo(request.all("te"));
    List<String> lengths = request.all("content-length").stream()
        .map(length -> String.valueOf(Long.parseLong(length)))
        .toList();
    assertThat(forwarded.all("content-length")).as(how).isEqualTo(lengths);
    boolean chunked = !request.further().isEmpty() && lengths.isEmpty();
    assertThat(forwarded.all("transfer-encoding"))
        .as(how)
        .isEqualTo(chunked ? List.of("chunked") : List.of());
  }

  private static String ofTheirs(List<Field> fields) {
    return fields.stream()
        .filter(field -> !field.name().startsWith(":") && !OURS.contains(lower(field)))
        .map(Field::toString)
        .collect(Collectors.joining());
  }

  private static String lower(Field field) {
    return field.name().toLowerCase(Locale.ROOT);
  }
}
