package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Condition.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection request of RDP and its cookie. */
class RdpRequestTest {
  /** The request of [MS-RDPBCGR] §4.1.1. */
  private static final String DOCUMENTED =
      "0300002c27e00000000000436f6f6b69653a206d737473686173683d656c"
          + "746f6e730d0a0100080000000000";

  /** A request with what stands between its head and its negotiation request. */
  static byte[] request(String cookie) {
    byte[] text = cookie.getBytes(StandardCharsets.ISO_8859_1);
    byte[] request =
        Arrays.copyOf(HexFormat.of().parseHex("0300000006e00000000000"), 19 + text.length);
    request[3] = (byte) request.length;
    request[4] = (byte) (request.length - 5);
    System.arraycopy(text, 0, request, 11, text.length);
    request[11 + text.length] = 1;
    request[13 + text.length] = 8;
    return request;
  }

  private static String cookie(String name, byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(new byte[] {9}, bytes).skipBytes(1);
    StringBuilder value = new StringBuilder();
    boolean found = RdpRequest.writeCookie(in, name, b -> value.append((char) (b & 0xff)));
    assertThat(in.readableBytes()).isEqualTo(bytes.length);
    assertThat(found).isEqualTo(!value.isEmpty());
    return value.toString();
  }

  @Test
  void the_documented_request_has_its_cookie() {
    byte[] request = HexFormat.of().parseHex(DOCUMENTED);
    assertThat(request("Cookie: mstshash=eltons\r\n")).isEqualTo(request);
    assertThat(cookie("mstshash", request)).isEqualTo("eltons");
    assertThat(cookie("msts", request)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie: msts=3640205228.15629.0000\r\n",
        "cookie:msts=3640205228.15629.0000\r\n",
        "COOKIE:   MSTS=3640205228.15629.0000\r\nmore",
      })
  void names_are_compared_without_case(String text) {
    assertThat(cookie("msts", request(text))).isEqualTo("3640205228.15629.0000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Cookie",
        "Cookie: ",
        "Cookie: msts",
        "Cookie: msts=",
        "Cookie: msts=\r\n",
        "Cookie: msts=a",
        "Cookie: msts=a\r",
        "Cookie: msts=a\rb\n",
        "Cookie: mstsx=a\r\n",
        "Cookie: other=a\r\nCookie: msts=a\r\n",
        "Cookies: msts=a\r\n",
        " Cookie: msts=a\r\n",
      })
  void what_haproxy_does_not_read_is_no_cookie(String text) {
    assertThat(cookie("msts", request(text))).isEmpty();
  }

  @Test
  void a_cookie_does_not_reach_beyond_its_request() {
    byte[] request = request("Cookie: msts=abc");
    byte[] longer = Arrays.copyOf(request, request.length + 2);
    longer[request.length] = '\r';
    longer[request.length + 1] = '\n';
    assertThat(cookie("msts", longer)).isEmpty();
    byte[] cut = Arrays.copyOf(request("Cookie: msts=abc\r\n"), 30);
    assertThat(cookie("msts", cut)).isEmpty();
  }

  @Test
  void a_request_may_end_within_its_cookie() {
    String text = "Cookie: msts=abc\r\n";
    byte[] request = request(text);
    for (int length = 11; length <= 11 + text.length(); length++) {
      byte[] shorter = Arrays.copyOf(request, length);
      shorter[3] = (byte) length;
      shorter[4] = (byte) (length - 5);
      assertThat(cookie("msts", shorter)).isEqualTo(length < 11 + text.length() ? "" : "abc");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "04",
        "0301",
        "0300000a",
        "0300002c26",
        "0300002c27d0",
        "0300010627",
        "474554",
      })
  void what_begins_otherwise_is_no_request(String hex) {
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
    assertThat(RdpRequest.look(in)).isEqualTo(Answer.NO);
    if (in.readableBytes() > 1) {
      assertThat(RdpRequest.look(in.slice(0, 1))).isNotEqualTo(Answer.YES);
    }
  }
}
