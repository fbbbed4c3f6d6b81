package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.health.Classifier.Result;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ends of requests speak against a server, for whom. */
class ClassifierTest {
  private static final Map<String, Classifier> READY = Map.of(
      "layer4", Classifier.layer4(),
      "layer7", Classifier.layer7(),
      "server", Classifier.serverErrors(),
      "gateway", Classifier.gatewayErrors(),
      "nginx", Classifier.nginx(),
      "nginx 502", Classifier.nginx(502, 429));

  private static Result of(String classifier, Ended outcome) {
    return Objects.requireNonNull(READY.get(classifier)).classify(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    // status, layer4, layer7, server, gateway, nginx, nginx 502
    "100, OK, OK,    OK,    OK,    OK, OK",
    "200, OK, OK,    OK,    OK,    OK, OK",
    "403, OK, OK,    OK,    OK,    OK, OK",
    "404, OK, OK,    OK,    OK,    OK, OK",
    "429, OK, OK,    OK,    OK,    OK, ERROR",
    "499, OK, OK,    OK,    OK,    OK, OK",
    "500, OK, ERROR, ERROR, OK,    OK, OK",
    "501, OK, OK,    ERROR, OK,    OK, OK",
    "502, OK, ERROR, ERROR, ERROR, OK, ERROR",
    "503, OK, ERROR, ERROR, ERROR, OK, OK",
    "504, OK, ERROR, ERROR, ERROR, OK, OK",
    "505, OK, OK,    ERROR, OK,    OK, OK",
    "506, OK, ERROR, ERROR, OK,    OK, OK",
    "600, OK, ERROR, ERROR, OK,    OK, OK",
  })
  void a_status(
      int status,
      Result l4,
      Result l7,
      Result server,
      Result gateway,
      Result nginx,
      Result chosen) {
    Ended answer = Ended.with(status);
    assertThat(of("layer4", answer)).isEqualTo(l4);
    assertThat(of("layer7", answer)).isEqualTo(l7);
    assertThat(of("server", answer)).isEqualTo(server);
    assertThat(of("gateway", answer)).isEqualTo(gateway);
    assertThat(of("nginx", answer)).isEqualTo(nginx);
    assertThat(of("nginx 502", answer)).isEqualTo(chosen);
    // The head has told it: that the client left in the midst of the body changes nothing.
    assertThat(of("layer7", answer.broken(Kind.CLIENT_ABORT))).isEqualTo(l7);
    assertThat(of("server", answer.broken(Kind.CLIENT_ABORT))).isEqualTo(server);
  }

  @ParameterizedTest
  @CsvSource({
    // without a head                    layer4, layer7, server, gateway, nginx
    "CONNECT_FAILED,  ERROR,  ERROR,  ERROR,  ERROR,  ERROR",
    "CONNECT_TIMEOUT, ERROR,  ERROR,  ERROR,  ERROR,  ERROR",
    "EMPTY,           OK,     ERROR,  ERROR,  ERROR,  ERROR",
    "RESET,           OK,     ERROR,  ERROR,  ERROR,  ERROR",
    "MALFORMED,       OK,     ERROR,  ERROR,  ERROR,  ERROR",
    "TIMEOUT,         OK,     ERROR,  ERROR,  ERROR,  ERROR",
    "CLIENT_ABORT,    OK,     IGNORE, IGNORE, IGNORE, IGNORE",
    "CANCELLED,       OK,     IGNORE, IGNORE, IGNORE, IGNORE",
  })
  void no_answer(Kind kind, Result l4, Result l7, Result server, Result gateway, Result nginx) {
    Ended end = Ended.by(kind);
    assertThat(of("layer4", end)).isEqualTo(l4);
    assertThat(of("layer7", end)).isEqualTo(l7);
    assertThat(of("server", end)).isEqualTo(server);
    assertThat(of("gateway", end)).isEqualTo(gateway);
    assertThat(of("nginx", end)).isEqualTo(nginx);
    assertThat(of("nginx 502", end)).isEqualTo(nginx);
  }

  @Test
  void an_answer_that_breaks_off_after_its_head() {
    Ended end = Ended.with(200).broken(Kind.RESET);
    assertThat(of("layer4", end)).isEqualTo(Result.OK);
    assertThat(of("layer7", end)).isEqualTo(Result.OK);
    assertThat(of("nginx", end)).isEqualTo(Result.OK);
    assertThat(of("server", end)).isEqualTo(Result.ERROR);
    assertThat(of("gateway", end)).isEqualTo(Result.ERROR);
  }

  @Test
  void a_session_without_statuses() {
    for (Classifier each : READY.values()) {
      assertThat(each.classify(Ended.session(Kind.COMPLETED))).isEqualTo(Result.OK);
    }
    assertThat(of("layer4", Ended.session(Kind.RESET))).isEqualTo(Result.OK);
    assertThat(of("layer7", Ended.session(Kind.RESET))).isEqualTo(Result.ERROR);
    assertThat(of("nginx", Ended.session(Kind.RESET))).isEqualTo(Result.OK);
  }

  @Test
  void the_connection_of_a_session_is_good_but_for_those_who_want_an_answer() {
    READY.forEach((name, each) -> assertThat(each.established())
        .as(name)
        .isEqualTo(name.equals("layer7") ? Result.IGNORE : Result.OK));
    Classifier lambda = outcome -> Result.ERROR;
    assertThat(lambda.established()).isEqualTo(Result.IGNORE);
  }

  @Test
  void a_lease_that_was_given_up_says_nothing() {
    Ended forfeited = new Ended(Kind.CANCELLED, -1, -1, -1, 0, 0, false);
    for (Classifier each : READY.values()) {
      assertThat(each.classify(forfeited)).isEqualTo(Result.IGNORE);
    }
  }

  @Test
  void nginx_counts_only_some_statuses_and_never_403_and_404() {
    assertThatThrownBy(() -> Classifier.nginx(502, 404))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("status: 404 (expected: 500, 502, 503, 504 or 429)");
    assertThat(Classifier.nginx(503, 502)).isEqualTo(Classifier.nginx(502, 503, 502));
  }

  @Test
  void they_name_themselves() {
    assertThat(READY.values().stream().map(Object::toString))
        .containsExactlyInAnyOrder(
            "layer4",
            "layer7",
            "server errors",
            "gateway errors",
            "nginx",
            "nginx http_429 http_502");
  }
}
