package dev.fairlead.http.virtual;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.handler.codec.http2.Http2Error;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * At each step of an exchange one of its two ends vanishes, whatever version either of them speaks: the
 * other end is told, nothing is left, and what else goes on beside it is not touched.
 */
@Timeout(60)
final class VanishingStreamsTest {
  private enum Step {
    CONNECTED,
    HEAD_PART,
    QUEUED,
    CONNECTING,
    HEAD,
    BODY_PART,
    BODY,
    INTERIM,
    RESPONSE_HEAD,
    RESPONSE_PART,
    TRAILERS_DUE;

    boolean reached(Step other) {
      return compareTo(other) >= 0;
    }
  }

  private enum How {
    CLOSE,
    RESET,
    REFUSE,
    GO_AWAY,
    SILENCE
  }

  private record Case(boolean client2, boolean server2, Step step, How how) {
    @Override
    public String toString() {
      return "%s to %s, %s, %s".formatted(client2 ? "h2" : "h1", server2 ? "h2" : "h1", step, how);
    }
  }

  private static Stream<Case> cases(List<Step> steps, List<How> hows) {
    List<Case> cases = new ArrayList<>();
    for (int pair = 0; pair < 4; pair++) {
      for (Step step : steps) {
        for (How how : hows) {
          cases.add(new Case((pair & 2) != 0, (pair & 1) != 0, step, how));
        }
      }
    }
    return cases.stream();
  }

  static Stream<Case> ofClients() {
    return cases(List.of(Step.values()), List.of(How.CLOSE, How.RESET))
        .filter(c -> c.how() == How.CLOSE || (c.client2() && c.step().reached(Step.QUEUED)));
  }

  static Stream<Case> ofSilentClients() {
    return cases(
        List.of(Step.CONNECTED, Step.HEAD_PART, Step.HEAD, Step.BODY_PART), List.of(How.SILENCE));
  }

  static Stream<Case> ofServers() {
    List<Step> steps =
        Stream.of(Step.values()).filter(s -> s.reached(Step.HEAD)).toList();
    return cases(steps, List.of(How.CLOSE, How.RESET, How.REFUSE, How.GO_AWAY))
        .filter(c -> c.server2() || c.how() == How.CLOSE);
  }

  static Stream<Case> ofSilentServers() {
    return cases(
        Stream.of(Step.values()).filter(s -> s.reached(Step.BODY)).toList(), List.of(How.SILENCE));
  }

  /** The exchange that is to break off, and another one that is not. */
  private static final class Scene implements AutoCloseable {
    private final Case what;
    private final VirtualProxy proxy;
    private final EitherClient mine;
    private final @Nullable EitherClient other;

    Scene(Case what, boolean sameConnection, boolean beside) {
      this.what = what;
      UnaryOperator<Backend.Builder> backend = b -> b.serverTimeout(ofSeconds(20))
          .connectTimeout(ofSeconds(40))
          .eachServer(s -> s.maxConnections(what.step() == Step.QUEUED ? 1 : 9));
      this.proxy = what.server2()
          ? VirtualProxy.toHttp2(backend, f -> f.clientTimeout(ofSeconds(30)))
          : new VirtualProxy(
              VirtualNetwork.create(1, 1), backend, f -> f.clientTimeout(ofSeconds(30)));
      boolean with = beside && what.step() != Step.CONNECTING;
      EitherClient first = EitherClient.connect(proxy, what.client2(), with ? "/other" : "/mine");
      if (!with) {
        other = null;
        mine = first;
      } else {
        other = first;
        first.all();
        EitherServer.last(proxy, "/other").head();
        EitherServer.last(proxy, "/other").part();
        mine = sameConnection
            ? first.beside("/mine")
            : EitherClient.connect(proxy, what.client2(), "/mine");
      }
      try {
        play();
      } catch (Throwable failed) {
        proxy.close();
        throw failed;
      }
    }

    private void play() {
      Step step = what.step();
      if (step == Step.CONNECTING) {
        proxy.accepts(false);
      }
      if (step.reached(Step.HEAD_PART)) {
        mine.headPart();
      }
      if (step.reached(Step.QUEUED)) {
        mine.headRest();
      }
      if (step.reached(Step.BODY_PART)) {
        mine.bodyPart();
      }
      if (step.reached(Step.BODY)) {
        mine.bodyEnd();
      }
      if (step.reached(Step.INTERIM)) {
        server().interim();
      }
      if (step.reached(Step.RESPONSE_HEAD)) {
        server().head();
      }
      if (step.reached(Step.RESPONSE_PART)) {
        server().part();
      }
      if (step.reached(Step.TRAILERS_DUE)) {
        server().last();
      }
    }

    EitherServer server() {
      return EitherServer.last(proxy, "/mine");
    }

    /** The letters of the one exchange that has ended, or nothing. */
    String end() {
      assertThat(proxy.ended()).hasSizeLessThan(2);
      return proxy.ended().isEmpty() ? "nothing" : proxy.end();
    }

    void assertNothingElseHasChanged() {
      if (other != null) {
        EitherServer.last(proxy, "/other").last();
        EitherServer.last(proxy, "/other").end();
        assertThat(other.seen()).isEqualTo("200 whole");
      }
      assertNothingLeft();
    }

    void assertNothingLeft() {
      assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
      assertThat(proxy.balancer().backend("app").status().queued()).isZero();
      proxy.accepts(true);
      EitherClient next = EitherClient.connect(proxy, what.client2(), "/next");
      next.all();
      EitherServer.last(proxy, "/next").all();
      assertThat(next.seen()).isEqualTo("200 whole");
      next.close();
      assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
    }

    @Override
    public void close() {
      proxy.close();
    }
  }

  @ParameterizedTest
  @MethodSource("ofClients")
  void a_client_vanishes(Case what) {
    try (Scene scene = new Scene(what, what.how() == How.RESET, true)) {
      if (what.how() == How.RESET) {
        scene.mine.reset();
      } else {
        scene.mine.close();
      }
      assertThat(scene.end())
          .isEqualTo(
              switch (what.step()) {
                case CONNECTED -> "nothing";
                case HEAD_PART -> what.client2() ? "nothing" : "-1 CR";
                case QUEUED -> "-1 CQ";
                case CONNECTING -> "-1 CC";
                case HEAD, BODY_PART, BODY, INTERIM -> "-1 CH";
                case RESPONSE_HEAD, RESPONSE_PART, TRAILERS_DUE -> "200 CD";
              });
      if (what.step().reached(Step.HEAD)) {
        assertThat(scene.server().told()).isEqualTo(what.server2() ? "RST CANCEL, open" : "closed");
      }
      scene.assertNothingElseHasChanged();
    }
  }

  @ParameterizedTest
  @MethodSource("ofSilentClients")
  void a_client_falls_silent(Case what) {
    try (Scene scene = new Scene(what, false, false)) {
      boolean asked = what.step().reached(Step.HEAD);
      scene.proxy.advance(ofSeconds(asked ? 30 : 10));
      if (asked) {
        assertThat(scene.end()).isEqualTo("408 cH");
        assertThat(scene.mine.seen()).isEqualTo("408 whole");
        assertThat(scene.mine.open()).isEqualTo(what.client2());
        assertThat(scene.server().told()).isEqualTo(what.server2() ? "RST CANCEL, open" : "closed");
      } else {
        assertThat(scene.end()).isEqualTo(what.client2() ? "nothing" : "408 cR");
        assertThat(scene.mine.goneAway())
            .isEqualTo(what.client2() ? "GOAWAY 0 NO_ERROR" : "nothing");
        assertThat(scene.mine.open()).isFalse();
      }
      scene.assertNothingLeft();
    }
  }

  @ParameterizedTest
  @MethodSource("ofServers")
  void a_server_vanishes(Case what) {
    boolean alone = what.how() == How.CLOSE && what.server2();
    try (Scene scene = new Scene(what, true, !alone)) {
      EitherServer server = scene.server();
      switch (what.how()) {
        case CLOSE -> server.close();
        case RESET -> server.reset(Http2Error.ENHANCE_YOUR_CALM);
        case REFUSE -> server.reset(Http2Error.REFUSED_STREAM);
        default -> server.goAway();
      }
      boolean untouched = what.how() == How.REFUSE || what.how() == How.GO_AWAY;
      if (what.step().reached(Step.RESPONSE_HEAD)) {
        String code = what.how() == How.RESET ? "ENHANCE_YOUR_CALM" : "INTERNAL_ERROR";
        assertThat(scene.end()).isEqualTo("200 SD");
        assertThat(scene.mine.seen()).isEqualTo(what.client2() ? "200 RST " + code : "200 cut");
      } else if (untouched && !what.step().reached(Step.INTERIM)) {
        assertIsSentOnceMore(scene);
      } else {
        assertThat(scene.end()).isEqualTo("502 SH");
        assertThat(scene.mine.seen()).isEqualTo("502 whole");
        assertThat(scene.mine.open()).isEqualTo(what.client2() || what.step().reached(Step.BODY));
      }
      scene.assertNothingElseHasChanged();
    }
  }

  private static void assertIsSentOnceMore(Scene scene) {
    assertThat(scene.end()).isEqualTo("nothing");
    assertThat(EitherServer.of(scene.proxy, "/mine")).hasSize(2);
    if (!scene.what.step().reached(Step.BODY_PART)) {
      scene.mine.bodyPart();
    }
    if (!scene.what.step().reached(Step.BODY)) {
      scene.mine.bodyEnd();
    }
    assertThat(scene.server().gotAll()).isTrue();
    scene.server().all();
    assertThat(scene.mine.seen()).isEqualTo("200 whole");
    assertThat(scene.end()).isEqualTo("200 --");
  }

  @ParameterizedTest
  @MethodSource("ofSilentServers")
  void a_server_falls_silent(Case what) {
    try (Scene scene = new Scene(what, false, false)) {
      scene.proxy.advance(ofSeconds(20));
      boolean begun = what.step().reached(Step.RESPONSE_HEAD);
      assertThat(scene.end()).isEqualTo(begun ? "200 sD" : "504 sH");
      assertThat(scene.mine.seen())
          .isEqualTo(!begun ? "504 whole" : what.client2() ? "200 RST INTERNAL_ERROR" : "200 cut");
      // Nothing at all was heard of it for so long: its connection is not used again.
      assertThat(scene.server().told()).isEqualTo(what.server2() ? "RST CANCEL, closed" : "closed");
      scene.assertNothingLeft();
    }
  }
}
