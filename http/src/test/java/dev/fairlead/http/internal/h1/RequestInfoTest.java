package dev.fairlead.http.internal.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.KeySink;
import dev.fairlead.http.spi.RequestInfo;
import io.netty.buffer.Unpooled;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What strategies see of a request. */
final class RequestInfoTest {
  private static RequestInfo info(String request) {
    RequestHead head = new RequestHead();
    int result = head.read(
        Unpooled.copiedBuffer(request + "\r\n\r\n", ISO_8859_1), new Limits(8192, 16_384, 100));
    assertThat(result).isEqualTo(RequestHead.DONE);
    return head;
  }

  private static String written(RequestInfo info, BiConsumer<RequestInfo, KeySink> what) {
    StringBuilder text = new StringBuilder();
    what.accept(info, b -> text.append((char) (b & 0xff)));
    return text.toString();
  }

  @Test
  void a_request_shows_its_parts() {
    RequestInfo info = info("GET /a/b?c=d HTTP/1.1\r\nHost: h:1\r\nX-Key: v\u00e4l \r\nx-key: w");
    assertThat(info.method()).isEqualTo("GET");
    assertThat(info.target()).isEqualTo("/a/b?c=d");
    assertThat(info.path()).isEqualTo("/a/b");
    assertThat(info.version()).isEqualTo("HTTP/1.1");
    assertThat(info.authority()).isEqualTo("h:1");
    assertThat(info.header("X-KEY")).isEqualTo("v\u00e4l");
    assertThat(info.header("nothing")).isNull();
    assertThat(written(info, RequestInfo::writePath)).isEqualTo("/a/b");
    assertThat(written(info, RequestInfo::writePathAndQuery)).isEqualTo("/a/b?c=d");
    assertThat(
            written(info, (i, sink) -> assertThat(i.writeHeader("x-Key", sink)).isTrue()))
        .isEqualTo("v\u00e4l");
    assertThat(written(info, (i, sink) -> assertThat(i.writeHeader("y", sink)).isFalse()))
        .isEmpty();
  }

  @Test
  void an_absolute_target_shows_its_path_and_its_authority() {
    RequestInfo info = info("PURGE http://right:2?q HTTP/1.1\r\nHost: wrong");
    assertThat(info.method()).isEqualTo("PURGE");
    assertThat(info.authority()).isEqualTo("right:2");
    assertThat(info.path()).isEqualTo("/");
    assertThat(written(info, RequestInfo::writePathAndQuery)).isEqualTo("/?q");
  }

  @Test
  void an_old_request_may_have_no_authority() {
    RequestInfo info = info("GET / HTTP/1.0");
    assertThat(info.authority()).isNull();
    assertThat(info.version()).isEqualTo("HTTP/1.0");
  }
}
