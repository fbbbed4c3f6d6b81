package dev.fairlead.http.internal.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the last look at a head lets pass; a bar stands for CRLF. */
final class HeadCheckTest {
  private final HeadCheck check = new HeadCheck();

  private boolean holds(String head, Body body, long length) {
    ByteBuf out = Unpooled.copiedBuffer("before" + head.replace("|", "\r\n"), ISO_8859_1);
    return check.holds(out, 6, body, length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1|Host: a||",
        "OPTIONS * HTTP/1.1|host:||",
        "GET / HTTP/1.0||",
        "GET / HTTP/1.0|Host: a||",
        "GET /a?b HTTP/1.1|X:|Host: a|X: \t1 \u00e4||",
        "GET / HTTP/1.1|Host: a|Content-Length: 0||",
      })
  void a_head_without_a_body_holds(String head) {
    assertThat(holds(head, Body.NONE, 0)).isTrue();
  }

  @Test
  void a_head_holds_that_frames_its_body_as_it_is_sent() {
    String head = "POST / HTTP/1.1|Host: a|";
    assertThat(holds(head + "Content-Length: 12||", Body.LENGTH, 12)).isTrue();
    assertThat(holds(head + "content-length:12\t ||", Body.LENGTH, 12)).isTrue();
    assertThat(holds(head + "Transfer-Encoding: chunked||", Body.CHUNKED, -1)).isTrue();
  }

  @Test
  void a_head_does_not_hold_that_frames_another_body_than_is_sent() {
    String head = "POST / HTTP/1.1|Host: a|";
    assertThat(holds(head + "|", Body.LENGTH, 12)).isFalse();
    assertThat(holds(head + "|", Body.CHUNKED, -1)).isFalse();
    assertThat(holds(head + "|", Body.UNTIL_CLOSE, -1)).isFalse();
    assertThat(holds(head + "Content-Length: 12||", Body.LENGTH, 13)).isFalse();
    assertThat(holds(head + "Content-Length: 12||", Body.NONE, 0)).isFalse();
    assertThat(holds(head + "Content-Length: 12||", Body.CHUNKED, -1)).isFalse();
    assertThat(holds(head + "Transfer-Encoding: chunked||", Body.NONE, 0)).isFalse();
    assertThat(holds(head + "Transfer-Encoding: chunked||", Body.LENGTH, 5)).isFalse();
  }

  @Test
  void a_tunnel_never_has_a_body() {
    String head = "CONNECT a:443 HTTP/1.1|Host: a:443|";
    assertThat(holds(head + "|", Body.NONE, 0)).isTrue();
    assertThat(holds(head + "Content-Length: 0||", Body.NONE, 0)).isTrue();
    assertThat(holds(head + "Content-Length: 5||", Body.LENGTH, 5)).isFalse();
    assertThat(holds(head + "Transfer-Encoding: chunked||", Body.CHUNKED, -1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5|Content-Length: 5|",
        "Content-Length: 5|content-LENGTH: 6|",
        "Content-Length: 5|Transfer-Encoding: chunked|",
        "Transfer-Encoding: chunked|Content-Length: 5|",
        "Transfer-Encoding: chunked|Transfer-Encoding: chunked|",
        "Transfer-Encoding: gzip, chunked|",
        "Transfer-Encoding: xchunked|",
        "Transfer-Encoding:|",
        "Content-Length: +5|",
        "Content-Length: 5,5|",
        "Content-Length: 0x5|",
        "Content-Length:|",
        "Content-Length: 0000000000000000005|",
        "Host: b|",
        "X: a\rb|",
        "X: a\nb|",
        "X: a\r|",
        "X: a\n|",
        "X: a\0|",
        "X: a\u007f|",
        "X Y: a|",
        "X\t: a|",
        "X\u00e4: a|",
        ": a|",
        "nocolon|",
        " folded: a|",
        "|X: behind|",
        "|",
      })
  void a_head_with_such_a_line_never_holds(String line) {
    String head = "POST / HTTP/1.1|Host: a|" + line + "|";
    assertThat(holds(head, Body.LENGTH, 5)).isFalse();
    assertThat(holds(head.toLowerCase(Locale.ROOT).replace("http", "HTTP"), Body.LENGTH, 5))
        .isFalse();
    assertThat(holds(head, Body.CHUNKED, -1)).isFalse();
    assertThat(holds(head, Body.NONE, 0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "|",
        "||",
        "GET / HTTP/1.1",
        "GET / HTTP/1.1|Host: a|",
        "GET / HTTP/1.1|Host: a|\r",
        "GET / HTTP/1.1||",
        "GET / HTTP/1.2|Host: a||",
        "GET / HTTP/2.0|Host: a||",
        "GET / http/1.1|Host: a||",
        "GET /|Host: a||",
        "GET  HTTP/1.1|Host: a||",
        " / HTTP/1.1|Host: a||",
        "GET  / HTTP/1.1|Host: a||",
        "GET / x HTTP/1.1|Host: a||",
        "GET /\tx HTTP/1.1|Host: a||",
        "GET /\nx HTTP/1.1|Host: a||",
        "GET /\rx HTTP/1.1|Host: a||",
        "GET /\0x HTTP/1.1|Host: a||",
        "GET / HTTP/1.1 |Host: a||",
        "GET / HTTP/1.1|Host: a||x",
      })
  void what_is_not_one_whole_head_never_holds(String head) {
    assertThat(holds(head, Body.NONE, 0)).isFalse();
  }

  private boolean responseHolds(String head, Body body, long length) {
    return responseHolds(head, body, length, false);
  }

  private boolean responseHolds(String head, Body body, long length, boolean toHead) {
    ByteBuf out = Unpooled.copiedBuffer("before" + head.replace("|", "\r\n"), ISO_8859_1);
    return check.holdsResponse(out, 6, body, length, toHead);
  }

  private boolean interimHolds(String head) {
    ByteBuf out = Unpooled.copiedBuffer("before" + head.replace("|", "\r\n"), ISO_8859_1);
    return check.holdsInterim(out, 6);
  }

  @Test
  void a_response_holds_that_frames_its_body_as_it_is_sent() {
    String head = "HTTP/1.1 200 OK|";
    assertThat(responseHolds(head + "Content-Length: 2||", Body.LENGTH, 2)).isTrue();
    assertThat(responseHolds(head + "Content-Length: 0||", Body.NONE, 0)).isTrue();
    assertThat(responseHolds(head + "Transfer-Encoding: chunked||", Body.CHUNKED, -1))
        .isTrue();
    assertThat(responseHolds(head + "Connection: close||", Body.UNTIL_CLOSE, -1))
        .isTrue();
    assertThat(responseHolds("HTTP/1.1 200 |Content-Length: 2||", Body.LENGTH, 2))
        .isTrue();
    assertThat(responseHolds("HTTP/1.1 404 N\u00f6|Content-Length: 2||", Body.LENGTH, 2))
        .isTrue();
    assertThat(responseHolds("HTTP/1.1 204 No||", Body.NONE, -1)).isTrue();
    assertThat(responseHolds("HTTP/1.1 304 Not||", Body.NONE, -1)).isTrue();
    assertThat(responseHolds("HTTP/1.1 304 Not|Content-Length: 2||", Body.NONE, 2))
        .isTrue();
    assertThat(responseHolds(head + "Content-Length: 2||", Body.NONE, 2, true)).isTrue();
    assertThat(responseHolds(head + "Transfer-Encoding: chunked||", Body.NONE, -1, true))
        .isTrue();
    assertThat(responseHolds(head + "|", Body.NONE, -1, true)).isTrue();
  }

  @Test
  void a_response_does_not_hold_that_frames_another_body_than_is_sent() {
    String head = "HTTP/1.1 200 OK|";
    assertThat(responseHolds(head + "|", Body.NONE, -1))
        .as("would be read to the end")
        .isFalse();
    assertThat(responseHolds(head + "|", Body.LENGTH, 2)).isFalse();
    assertThat(responseHolds(head + "|", Body.CHUNKED, -1)).isFalse();
    assertThat(responseHolds(head + "Content-Length: 3||", Body.LENGTH, 2)).isFalse();
    assertThat(responseHolds(head + "Content-Length: 2||", Body.NONE, 2)).isFalse();
    assertThat(responseHolds(head + "Content-Length: 2||", Body.UNTIL_CLOSE, -1))
        .isFalse();
    assertThat(responseHolds(head + "Content-Length: 2||", Body.CHUNKED, -1)).isFalse();
    assertThat(responseHolds(head + "Transfer-Encoding: chunked||", Body.NONE, 0))
        .isFalse();
    assertThat(responseHolds(head + "Transfer-Encoding: chunked||", Body.LENGTH, 2))
        .isFalse();
    assertThat(responseHolds("HTTP/1.1 204 No|Content-Length: 0||", Body.NONE, 0))
        .isFalse();
    assertThat(responseHolds("HTTP/1.1 204 No|Transfer-Encoding: chunked||", Body.NONE, -1))
        .isFalse();
    String both = "Content-Length: 2|Transfer-Encoding: chunked||";
    assertThat(responseHolds(head + both, Body.NONE, 2, true)).isFalse();
    assertThat(responseHolds("HTTP/1.1 304 Not|" + both, Body.NONE, 2)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 2|",
        "Transfer-Encoding: chunked|",
        "Transfer-Encoding: gzip, chunked|",
        "Content-Length: x|",
        "X: a\rb|",
        "X: a\nb|",
        "X: a\0|",
        "X Y: a|",
        ": a|",
        "nocolon|",
        " folded: a|",
        "|X: behind|",
        "|HTTP/1.1 200 OK|Content-Length: 2|",
      })
  void a_response_with_such_a_line_never_holds(String line) {
    String head = "HTTP/1.1 200 OK|Content-Length: 2|" + line + "|";
    for (Body body : Body.values()) {
      assertThat(responseHolds(head, body, 2)).as("%s", body).isFalse();
    }
    assertThat(interimHolds("HTTP/1.1 103 Early Hints|" + line + "|")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "|",
        "HTTP/1.1 200|",
        "HTTP/1.0 200 OK|",
        "HTTP/1.1  200 OK|",
        "HTTP/1.1 20 OK|",
        "HTTP/1.1 2000 OK|",
        "HTTP/1.1 2x0 OK|",
        "HTTP/1.1 600 OK|",
        "HTTP/1.1 099 OK|",
        "HTTP/1.1 200 O\nK|",
        "HTTP/1.1 200 O\0K|",
        "GET / HTTP/1.1|",
      })
  void what_has_no_status_line_is_no_response(String line) {
    assertThat(responseHolds(line + "Content-Length: 2||", Body.LENGTH, 2)).isFalse();
    assertThat(interimHolds(line + "|")).isFalse();
  }

  @Test
  void an_interim_response_holds_that_does_not_frame() {
    assertThat(interimHolds("HTTP/1.1 103 Early Hints|Link: x||")).isTrue();
    assertThat(interimHolds("HTTP/1.1 101 S|Connection: Upgrade|Upgrade: x||")).isTrue();
    assertThat(interimHolds("HTTP/1.1 100 Continue|Content-Length: 0||")).isFalse();
  }

  private boolean endHolds(String end) {
    return check.holdsEnd(
        Unpooled.copiedBuffer("before" + end.replace("|", "\r\n"), ISO_8859_1), 6);
  }

  @Test
  void trailers_hold_that_neither_frame_nor_route() {
    assertThat(endHolds("0||")).isTrue();
    assertThat(endHolds("0|X: y|x-sum:||")).isTrue();
    for (String end : new String[] {
      "",
      "0|",
      "0|X: y|",
      "00||",
      "1|x|0||",
      "0;n||",
      "0||x",
      "0|X: a\nb||",
      "0|X: a\0||",
      "0| X: y||",
      "0|Host: a||",
      "0|Content-Length: 0||",
      "0|Transfer-Encoding: chunked||",
      "0||GET / HTTP/1.1|Host: a||",
    }) {
      assertThat(endHolds(end)).as(end).isFalse();
    }
  }

  @Test
  void a_long_head_is_looked_at_to_its_end() {
    String head = "GET / HTTP/1.1|Host: a|X: " + "y".repeat(50_000);
    assertThat(holds(head + "||", Body.NONE, 0)).isTrue();
    assertThat(holds(head + "\n||", Body.NONE, 0)).isFalse();
    assertThat(holds("GET / HTTP/1.1|Host: a||", Body.NONE, 0)).isTrue();
  }
}
