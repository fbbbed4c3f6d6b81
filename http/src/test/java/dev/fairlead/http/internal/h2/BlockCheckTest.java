package dev.fairlead.http.internal.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.internal.h1.Body;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the last look at a header block lets pass; a bar stands between fields. */
final class BlockCheckTest {
  private static final String GET = ":method: GET|:scheme: http|:path: /|:authority: a|";
  private static final String POST = ":method: POST|:scheme: https|:path: /a?b|:authority: a|";
  private static final String CONNECT = ":method: CONNECT|:authority: a:443|";
  private static final String OPEN =
      ":method: CONNECT|:protocol: websocket|:scheme: http|:path: /|:authority: a|";

  private final BlockCheck check = new BlockCheck();

  private BlockCheck see(String block) {
    check.begin();
    for (String field : block.split("\\|", -1)) {
      if (field.isEmpty()) {
        continue;
      }
      int colon = field.indexOf(": ", 1);
      byte[] all = field.getBytes(ISO_8859_1);
      if (field.startsWith(":status")) {
        check.status(Integer.parseInt(field.substring(colon + 2)));
      } else {
        check.field(all, 0, colon, all, colon + 2, all.length - colon - 2);
      }
    }
    return check;
  }

  private boolean isRequest(String block, Body body, long length) {
    return see(block).isRequest(body, length);
  }

  private boolean isResponse(String block, Body body, long length) {
    return see(block).isResponse(body, length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET,
        GET + "content-length: 0",
        GET + "X-Any: \u00e4 b\tc|x: |te: trailers",
        ":path: /|:scheme: http|:method: GET",
        ":method: OPTIONS|:scheme: http|:path: *|:authority: a",
        CONNECT,
        CONNECT + "x: y",
        OPEN,
      })
  void a_request_without_a_body_is_one(String block) {
    assertThat(isRequest(block, Body.NONE, 0)).isTrue();
  }

  @Test
  void a_request_is_one_that_tells_of_its_body_what_is_sent() {
    assertThat(isRequest(POST + "content-length: 12", Body.LENGTH, 12)).isTrue();
    assertThat(isRequest(POST, Body.CHUNKED, -1)).isTrue();

    assertThat(isRequest(POST, Body.LENGTH, 12)).isFalse();
    assertThat(isRequest(POST + "content-length: 12", Body.LENGTH, 13)).isFalse();
    assertThat(isRequest(POST + "content-length: 12", Body.CHUNKED, -1)).isFalse();
    assertThat(isRequest(POST + "content-length: 0", Body.CHUNKED, -1)).isFalse();
    assertThat(isRequest(POST + "content-length: 12", Body.NONE, 0)).isFalse();
    assertThat(isRequest(CONNECT + "content-length: 0", Body.NONE, 0)).isFalse();
    assertThat(isRequest(OPEN + "content-length: 0", Body.NONE, 0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x: y",
        ":scheme: http|:path: /|:authority: a",
        ":method: GET|:path: /|:authority: a",
        ":method: GET|:scheme: http|:authority: a",
        ":method: GET|" + GET,
        GET + ":path: /admin",
        GET + ":scheme: http",
        GET + ":authority: b",
        GET + ":protocol: websocket",
        GET + ":status: 200",
        GET + ":other: x",
        GET + ":: x",
        "x: y|" + GET,
        ":method: GET|:scheme: http|:path: /|x: y|:authority: a",
        ":method: |:scheme: http|:path: /|:authority: a",
        ":method: G T|:scheme: http|:path: /|:authority: a",
        ":method: GET|:scheme: ftp|:path: /|:authority: a",
        ":method: GET|:scheme: |:path: /|:authority: a",
        ":method: GET|:scheme: http|:path: |:authority: a",
        ":method: GET|:scheme: http|:path: a|:authority: a",
        ":method: GET|:scheme: http|:path: *x|:authority: a",
        ":method: GET|:scheme: http|:path: / HTTP/1.1|:authority: a",
        ":method: GET|:scheme: http|:path: /\r\nx: y|:authority: a",
        ":method: GET|:scheme: http|:path: /\0|:authority: a",
        ":method: GET|:scheme: http|:path: /|:authority: a b",
        ":method: GET|:scheme: http|:path: /|:authority: ",
        ":method: CONNECT",
        CONNECT + ":path: /",
        CONNECT + ":scheme: http",
        ":method: connect|:authority: a:443",
        ":method: CONNECT|:protocol: |:scheme: http|:path: /|:authority: a",
      })
  void other_pseudo_headers_make_no_request(String block) {
    assertThat(isRequest(block, Body.NONE, 0)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length: 5|content-length: 5",
        "content-length: 5|Content-Length: 6",
        "content-length: +5",
        "content-length: 5,5",
        "content-length: 0x5",
        "content-length: ",
        "content-length: 0000000000000000005",
        "content-length: 5|transfer-encoding: chunked",
        "content-length: 5|Transfer-Encoding: x",
        "content-length: 5|connection: close",
        "content-length: 5|Keep-Alive: timeout=5",
        "content-length: 5|proxy-connection: close",
        "content-length: 5|upgrade: websocket",
        "content-length: 5|te: gzip",
        "content-length: 5|te: trailers, gzip",
        "content-length: 5|x: a\rb",
        "content-length: 5|x: a\nb",
        "content-length: 5|x: a\0b",
        "content-length: 5|x: a\u007f",
        "content-length: 5|x:  a",
        "content-length: 5|x: a ",
        "content-length: 5|x: \ta",
        "content-length: 5|x y: a",
        "content-length: 5|x\n: a",
        "content-length: 5|x\u00e4: a",
        "content-length: 5|x\u007f: a",
      })
  void such_a_field_is_in_no_block(String fields) {
    assertThat(isRequest(POST + "content-length: 5", Body.LENGTH, 5)).isTrue();
    assertThat(isResponse(":status: 200|content-length: 5", Body.LENGTH, 5)).isTrue();
    for (Body body : Body.values()) {
      assertThat(isRequest(POST + fields, body, 5)).as("request, %s", body).isFalse();
      assertThat(isResponse(":status: 200|" + fields, body, 5))
          .as("response, %s", body)
          .isFalse();
    }
    assertThat(see(":status: 103|" + fields).isInterim()).isFalse();
    assertThat(see(fields).areTrailers()).isFalse();
  }

  @Test
  void a_host_is_in_no_request_since_its_authority_says_it() {
    assertThat(isRequest(GET + "host: b", Body.NONE, 0)).isFalse();
    assertThat(isRequest(":method: GET|:scheme: http|:path: /|Host: a", Body.NONE, 0))
        .isFalse();
  }

  @Test
  void a_response_is_one_that_tells_of_its_body_what_is_sent() {
    assertThat(isResponse(":status: 200|content-length: 2|x: y", Body.LENGTH, 2))
        .isTrue();
    assertThat(isResponse(":status: 200|x: y", Body.CHUNKED, -1)).isTrue();
    assertThat(isResponse(":status: 200", Body.UNTIL_CLOSE, -1)).isTrue();
    assertThat(isResponse(":status: 204", Body.NONE, -1)).isTrue();
    assertThat(isResponse(":status: 304|content-length: 2", Body.NONE, 2)).isTrue();

    assertThat(isResponse(":status: 200", Body.LENGTH, 2)).isFalse();
    assertThat(isResponse(":status: 200|content-length: 3", Body.LENGTH, 2)).isFalse();
    assertThat(isResponse(":status: 200|content-length: 2", Body.CHUNKED, -1)).isFalse();
    assertThat(isResponse(":status: 200|content-length: 2", Body.UNTIL_CLOSE, -1))
        .isFalse();
    assertThat(isResponse(":status: 304|content-length: 2", Body.NONE, -1)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x: y",
        "x: y|:status: 200",
        ":status: 200|:status: 200",
        ":status: 200|:path: /",
        ":status: 99",
        ":status: 600",
        GET,
      })
  void other_pseudo_headers_make_no_response(String block) {
    assertThat(isResponse(block, Body.NONE, -1)).isFalse();
    assertThat(see(block).isInterim()).isFalse();
  }

  @Test
  void interim_responses_and_trailers_do_not_frame() {
    assertThat(see(":status: 103|link: x").isInterim()).isTrue();
    assertThat(see(":status: 200|sec-websocket-protocol: x").isInterim()).isTrue();
    assertThat(see(":status: 103|content-length: 0").isInterim()).isFalse();

    assertThat(see("x-sum: 5|y: ").areTrailers()).isTrue();
    assertThat(see("content-length: 0").areTrailers()).isFalse();
    assertThat(see("host: a").areTrailers()).isFalse();
    assertThat(see(":status: 200").areTrailers()).isFalse();
    assertThat(see("x: y|:path: /").areTrailers()).isFalse();
  }
}
