package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.data;
import static dev.fairlead.http.peer.H2Frames.headers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The corpus of requests of HTTP/2, as in {@link DowngradeTest}, to a server that speaks HTTP/2, too: what was
 * refused on its way to text is refused as well where no text is made of it.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http2FramingTest {
  /** What is a matter of one connection, or is said in another way. */
  private static final List<String> OTHERWISE = List.of("host", "cookie", "te", "content-length");

  /** A request, as its client means it: names and values in turn. */
  private record Meant(List<String> head, List<String> further) {
    static Meant of(Corpus.Case given) {
      List<String> parts = List.of(given.text().split(" >> ", -1));
      return new Meant(fields(parts.get(0)), parts.subList(1, parts.size()));
    }

    private static List<String> fields(String text) {
      return Arrays.stream(text.split(" ~ ", -1))
          .flatMap(field -> {
            int is = field.indexOf('=');
            return List.of(field.substring(0, is), field.substring(is + 1)).stream();
          })
          .toList();
    }

    byte[] frames(int id) {
      String[] all = head.toArray(String[]::new);
      byte[] frames = headers(id, further.isEmpty(), all);
      if (!further.isEmpty()) {
        frames = H2Frames.all(frames, data(id, further.size() == 1, body()));
      }
      if (further.size() > 1) {
        String[] trailers = fields(further.get(1)).toArray(String[]::new);
        frames = H2Frames.all(frames, headers(id, true, trailers));
      }
      return frames;
    }

    String body() {
      return further.isEmpty() ? "" : further.get(0);
    }

    List<String> values(String name) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < head.size(); i += 2) {
        if (head.get(i).equals(name)) {
          values.add(head.get(i + 1));
        }
      }
      return values;
    }

    String authority() {
      return String.join("", values(values(":authority").isEmpty() ? "host" : ":authority"));
    }

    /** Fields that arrive as they were sent. */
    static List<String> passed(List<String> fields) {
      List<String> passed = new ArrayList<>();
      for (int i = 0; i < fields.size(); i += 2) {
        if (!fields.get(i).startsWith(":") && !OTHERWISE.contains(fields.get(i))) {
          passed.add(fields.get(i) + "=" + fields.get(i + 1));
        }
      }
      return passed;
    }
  }

  private VirtualProxy proxy;

  @BeforeAll
  void open() {
    proxy = VirtualProxy.toHttp2(b -> b.retries(0), f -> f);
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
    Meant meant = Meant.of(given);
    H2Peer client = proxy.connectHttp2();
    int before = streams().size();
    client.send(meant.frames(1));
    List<Integer> begun = streams().subList(before, streams().size());
    switch (given.verdict()) {
      case "ok" -> {
        assertThat(begun).hasSize(1);
        agrees(meant, server(), begun.get(0));
        server().answer(begun.get(0), true, 204);
        assertThat(client.status(1)).isEqualTo(204);
      }
      case "reset", "late" -> {
        begun.forEach(id -> assertThat(server().last(id)).isEqualTo("RST CANCEL"));
        assertThat(client.on(1)).containsExactly("RST PROTOCOL_ERROR");
      }
      default -> {
        assertThat(begun).isEmpty();
        assertThat(client.status(1)).hasToString(given.verdict());
      }
    }
    assertThat(client.goneAway()).isEqualTo("nothing");
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
    client.close();
  }

  private H2Peer server() {
    return proxy.http2Servers().get(0);
  }

  private List<Integer> streams() {
    assertThat(proxy.http2Servers()).hasSizeLessThan(2);
    return proxy.http2Servers().isEmpty() ? List.of() : server().streams();
  }

  private static void agrees(Meant meant, H2Peer server, int id) {
    String head = server.on(id).get(0);
    assertThat(head)
        .startsWith("HEADERS :")
        .contains(":method=" + meant.values(":method").get(0))
        .contains(":path=" + meant.values(":path").get(0))
        .contains(":scheme=" + meant.values(":scheme").get(0))
        .contains(":authority=" + meant.authority())
        .contains(String.join(", ", Meant.passed(meant.head())))
        .doesNotContain("connection=", "host=");
    List<String> crumbs = meant.values("cookie");
    if (!crumbs.isEmpty()) {
      assertThat(head).contains("cookie=" + String.join("; ", crumbs));
    }
    assertThat(server.body(id)).isEqualTo(meant.body());
    assertThat(server.last(id)).endsWith(" END");
    if (meant.further().size() > 1) {
      List<String> trailers = Meant.passed(Meant.fields(meant.further().get(1)));
      assertThat(server.last(id)).isEqualTo("HEADERS " + String.join(", ", trailers) + " END");
    }
    assertThat(server.frames()).noneMatch(f -> f.text().startsWith("UNREADABLE"));
  }
}
