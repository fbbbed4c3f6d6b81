package dev.fairlead.http;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Backend;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HttpFrontendTest {
  private static HttpFrontend.Builder builder() {
    return HttpFrontend.builder("web")
        .bind(0)
        .defaultBackend(Backend.builder("app").build());
  }

  @Test
  void the_readmes_frontend_builds() {
    HttpFrontend web = HttpFrontend.builder("http-in")
        .bind(8080)
        .maxConnections(256)
        .clientTimeout(ofSeconds(50))
        .forwardedFor()
        .defaultBackend(Backend.builder("speed").build())
        .build();

    assertThat(web.name()).isEqualTo("http-in");
    assertThat(web.settings().maxConnections()).isEqualTo(256);
    assertThat(web.settings().clientTimeout()).isEqualTo(ofSeconds(50));
    assertThat(web.settings().backends()).extracting(Backend::name).containsExactly("speed");
    assertThat(web).asString().contains("http-request PT10S", "keep-alive PT1M", "tunnel PT1H");
  }

  @Test
  void a_frontend_without_addresses_or_backend_names_both() {
    assertThatThrownBy(() -> HttpFrontend.builder("web").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bind")
        .hasMessageContaining("defaultBackend");
  }

  @Test
  void a_wrong_value_is_refused_where_it_is_given() {
    assertThatThrownBy(() -> builder().httpRequestTimeout(Duration.ZERO))
        .hasMessageStartingWith("httpRequestTimeout: PT0S (expected: ");
    assertThatThrownBy(() -> builder().keepAliveTimeout(ofSeconds(-1)))
        .hasMessageStartingWith("keepAliveTimeout: PT-1S");
    assertThatThrownBy(() -> builder().maxHeaders(0))
        .hasMessage("maxHeaders: 0 (expected: 1..10000)");
    assertThatThrownBy(() -> builder().maxHeadBytes(10))
        .hasMessage("maxHeadBytes: 10 (expected: 256..1048576)");
    assertThatThrownBy(() -> builder().maxRequestLine(1))
        .hasMessage("maxRequestLine: 1 (expected: 64..1048576)");
    assertThatThrownBy(() -> builder().maxRequestBody(-1))
        .hasMessage("maxRequestBody: -1 (expected: >= 0)");
    assertThatThrownBy(() -> builder().minBodyRate(-1))
        .hasMessage("minBodyRate: -1 (expected: >= 0)");
    assertThatThrownBy(() -> builder().minBodyRate(1, Duration.ZERO))
        .hasMessageStartingWith("minBodyRate: PT0S (expected: ");
    assertThatThrownBy(() -> builder().upgrades("a b")).hasMessageContaining("upgrades: 'a b'");
    assertThatThrownBy(() -> builder().upgrades("H2C")).hasMessageContaining("HTTP/2");
  }

  @Test
  void a_request_line_must_fit_the_head() {
    assertThatThrownBy(() -> builder().maxRequestLine(4096).maxHeadBytes(4096).build())
        .hasMessage("maxRequestLine: 4096 (expected: less than maxHeadBytes, which is 4096)");
  }

  @Test
  void forwarded_for_is_copied_with_changes_and_checked() {
    ForwardedFor rule = ForwardedFor.defaults()
        .header("X-Client-IP")
        .except("10.0.0.0/8", "::1")
        .ifNone();

    assertThat(rule.header()).isEqualTo("X-Client-IP");
    assertThat(rule.except()).containsExactly("10.0.0.0/8", "::1");
    assertThat(rule.onlyIfNone()).isTrue();
    assertThat(rule).hasToString("X-Client-IP except [10.0.0.0/8, ::1] if none");
    assertThat(ForwardedFor.defaults()).hasToString("X-Forwarded-For");
    assertThatThrownBy(() -> rule.except("10.0.0.0/33")).hasMessageContaining("10.0.0.0/33");
    assertThatThrownBy(() -> rule.except("localhost")).hasMessageContaining("localhost");
    assertThatThrownBy(() -> rule.header("X Y")).hasMessageContaining("header: 'X Y'");
    assertThatThrownBy(() -> rule.header("Content-Length")).hasMessageContaining("frames");
  }
}
