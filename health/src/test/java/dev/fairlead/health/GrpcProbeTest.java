package dev.fairlead.health;

import static dev.fairlead.health.Http2Bytes.STATUS_200;
import static dev.fairlead.health.Http2Bytes.STATUS_500;
import static dev.fairlead.health.Http2Bytes.answer;
import static dev.fairlead.health.Http2Bytes.answerAndClose;
import static dev.fairlead.health.Http2Bytes.answerTo;
import static dev.fairlead.health.Http2Bytes.bytes;
import static dev.fairlead.health.Http2Bytes.data;
import static dev.fairlead.health.Http2Bytes.field;
import static dev.fairlead.health.Http2Bytes.headers;
import static dev.fairlead.health.Http2Bytes.lastData;
import static dev.fairlead.health.Http2Bytes.lastHeaders;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** gRPC's health checking protocol, byte by byte. */
@Timeout(60)
class GrpcProbeTest {
  private static final String HEAD =
      headers(STATUS_200 + field("content-type", "application/grpc+proto"));
  private static final String OK = lastHeaders(field("grpc-status", "0"));

  private static OneCheck checks;

  @BeforeAll
  static void start() {
    checks = new OneCheck();
  }

  @AfterAll
  static void stop() {
    checks.close();
  }

  private static String verdict(Script script) throws Exception {
    return checks.verdictOn(script, HealthCheck.of(Probes.grpc()).every(ofSeconds(5)));
  }

  /** A message with its prefix. */
  private static String message(String protobuf) {
    return data("\u0000" + bytes(protobuf.length(), 4) + protobuf);
  }

  private static String serving(int status) {
    return message("\b" + (char) status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | UP: L7OK: SERVING in",
        "0 | DOWN: L7STS: UNKNOWN in",
        "2 | DOWN: L7STS: NOT_SERVING in",
        "3 | DOWN: L7STS: SERVICE_UNKNOWN in",
        "9 | DOWN: L7STS: status 9 in",
      })
  void the_word_of_the_server_counts(int status, String verdict) throws Exception {
    assertThat(verdict(answer(HEAD, serving(status), OK))).startsWith(verdict);
  }

  @Test
  void what_is_empty_is_unknown_and_what_is_new_is_left_out() throws Exception {
    assertThat(verdict(answer(HEAD, message(""), OK)))
        .matches("DOWN: L7STS: UNKNOWN in \\d+ ms, expected SERVING, first check failed");
    assertThat(verdict(answer(HEAD, message("\u0012\u0003new\b\u0001\u0018\u00ff\u0001"), OK)))
        .startsWith("UP: L7OK: SERVING");
  }

  @Test
  void a_call_that_ends_with_an_error_is_told_with_its_reason() throws Exception {
    String alone = STATUS_200 + field("content-type", "application/grpc");
    assertThat(verdict(answer(lastHeaders(
            alone + field("grpc-status", "12") + field("grpc-message", "no%20such+call")))))
        .startsWith("DOWN: L7STS: grpc-status 12 UNIMPLEMENTED: no such+call in ");
    assertThat(verdict(
            answer(HEAD, lastHeaders(field("grpc-status", "5") + field("grpc-message", "100%")))))
        .startsWith("DOWN: L7STS: grpc-status 5 NOT_FOUND: 100% in ");
    assertThat(verdict(answer(HEAD, lastHeaders(field("grpc-status", "77")))))
        .startsWith("DOWN: L7STS: grpc-status 77 in ");
  }

  @Test
  void what_is_not_grpc_is_told() throws Exception {
    assertThat(verdict(answer(lastHeaders(STATUS_500))))
        .matches("DOWN: L7STS: HTTP status 500 in \\d+ ms, expected 200, first check failed");
    assertThat(verdict(answer(headers(STATUS_200 + field("content-type", "text/html")))))
        .startsWith("DOWN: L7RSP: not gRPC: content-type text/html in ");
    assertThat(verdict(answer(headers(STATUS_200))))
        .startsWith("DOWN: L7RSP: not gRPC: content-type null in ");
    assertThat(verdict(answer(HEAD, lastData("\u0000\u0000\u0000\u0000\u0000"))))
        .startsWith("DOWN: L7RSP: no grpc-status in ");
    assertThat(verdict(client -> {
          client.readSome();
          client.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        }))
        .startsWith("DOWN: L7RSP: no HTTP/2: the server answers in HTTP/1 in ");
  }

  @Test
  void what_is_no_message_is_told() throws Exception {
    String bad = "DOWN: L7RSP: not a HealthCheckResponse in ";
    assertThat(verdict(answer(HEAD, OK))).startsWith(bad);
    assertThat(verdict(answer(HEAD, data("\u0001\u0000\u0000\u0000\u0002\b\u0001"), OK)))
        .startsWith(bad);
    assertThat(verdict(answer(HEAD, data("\u0000\u0000\u0000\u0000\u0009\b\u0001"), OK)))
        .startsWith(bad);
    assertThat(verdict(answer(HEAD, message("\b"), OK))).startsWith(bad);
    assertThat(verdict(answer(HEAD, message("\u0012\u0009new"), OK))).startsWith(bad);
    assertThat(verdict(answer(HEAD, message("\u000b"), OK))).startsWith(bad);
    assertThat(verdict(answer(HEAD, data("x".repeat(5000)), OK)))
        .startsWith("DOWN: L7RSP: more than 4096 bytes in ");
  }

  @Test
  void a_server_that_breaks_off_or_hangs_is_told() throws Exception {
    assertThat(verdict(answerAndClose())).startsWith("DOWN: L7RSP: closed without an answer in ");
    assertThat(verdict(answerAndClose(HEAD, serving(1))))
        .startsWith("DOWN: L7RSP: closed within the answer in ");
    assertThat(checks.verdictOn(
            c -> c.readAll(), HealthCheck.of(Probes.grpc()).timeout(ofMillis(300))))
        .startsWith("DOWN: L7TOUT: no answer in ");
    assertThat(checks.verdictOn(
            answer(HEAD, serving(1)), HealthCheck.of(Probes.grpc()).timeout(ofMillis(300))))
        .startsWith("DOWN: L7TOUT: no end of the answer in ");
  }

  @Test
  void the_service_is_asked_for() throws Exception {
    String request = lastData("\u0000\u0000\u0000\u0000\u000b\n\u0009shop.Cart");
    try (ScriptedServer server = ScriptedServer.start(answerTo(request, HEAD, serving(1), OK))) {
      assertThat(checks.verdict(server.address(), HealthCheck.of(Probes.grpc("shop.Cart"))))
          .startsWith("UP: L7OK: SERVING");
    }
  }

  @Test
  void a_request_has_the_name_behind_its_length() {
    assertThat(GrpcHealth.request("")).isEmpty();
    assertThat(GrpcHealth.request("ä")).containsExactly(10, 2, 0xC3, 0xA4);
    byte[] longer = GrpcHealth.request("x".repeat(300));
    assertThat(longer).hasSize(303).startsWith(10, 0xAC, 0x02, 'x');
  }

  @Test
  void a_response_of_random_bytes_is_read_or_refused() {
    assertThat(GrpcHealth.status(bytesOf("\b\u0001"))).isEqualTo("SERVING");
    assertThat(GrpcHealth.status(bytesOf("\b\u0002\b\u0001"))).isEqualTo("SERVING");
    assertThat(GrpcHealth.status(bytesOf("\u00ff".repeat(20)))).isNull();
    assertThat(GrpcHealth.status(bytesOf("\b" + "\u00ff".repeat(9) + "\u0001"))).isNull();
    assertThat(GrpcHealth.status(bytesOf("\u0011" + "x".repeat(8) + "\u001d" + "x".repeat(4))))
        .isEqualTo("UNKNOWN");
  }

  private static ByteBuffer bytesOf(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void it_says_what_it_does() {
    GrpcProbe probe = Probes.grpc("shop.Cart");
    assertThat(probe)
        .hasToString("grpc health of shop.Cart")
        .isEqualTo(Probes.grpc("shop.Cart"))
        .isNotEqualTo(Probes.grpc())
        .isNotEqualTo(probe.authority("a.example"))
        .isNotEqualTo(probe.header("x", "y"));
    assertThat(Probes.grpc()).hasToString("grpc health");
    assertThatThrownBy(() -> {
          throw new AssertionError(Probes.grpc("x".repeat(1001)));
        })
        .hasMessage("service: 1001 characters (expected: at most 1000)");
  }
}
