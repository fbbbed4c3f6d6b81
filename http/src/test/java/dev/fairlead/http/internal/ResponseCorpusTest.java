package dev.fairlead.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.internal.h1.BodyReader;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.http.internal.h1.SpareFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ResponseCorpusTest {
  private static final Limits LIMITS = new Limits(8 * 1024, 16 * 1024, 100);

  static List<Corpus.Case> cases() {
    // These two depend on the request, and on how many interim responses came before.
    return Corpus.read("responses.txt").stream()
        .filter(c -> !c.text().contains(" 101 ")
            && !c.text().startsWith("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 103"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_response_gets_its_verdict_however_it_is_cut_in_two(Corpus.Case given) {
    byte[] bytes = given.bytes();
    String expected = given.words().get(0).replace("last", "ok");
    boolean toHead = given.words().contains("HEAD");
    for (int cut : given.cuts()) {
      assertThat(verdict(bytes, cut, toHead)).as("cut at %d", cut).isEqualTo(expected);
    }
  }

  private static String verdict(byte[] bytes, int cut, boolean toHead) {
    Reader reader = new Reader(toHead);
    String first = reader.feed(Unpooled.copiedBuffer(bytes, 0, cut));
    String last = first.equals("more")
        ? reader.feed(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut))
        : first;
    return last.equals("more") ? reader.end() : last;
  }

  private static final class Reader {
    private final ResponseHead head = new ResponseHead();
    private final BodyReader body = new BodyReader(new SpareFields());
    private final boolean toHead;
    private boolean inBody;

    Reader(boolean toHead) {
      this.toHead = toHead;
    }

    String feed(ByteBuf in) {
      while (!inBody) {
        int result = head.read(in, LIMITS, toHead);
        if (result == ResponseHead.MORE) {
          return "more";
        }
        if (result == ResponseHead.FAULT) {
          return "502";
        }
        if (head.interim()) {
          head.reset();
        } else {
          inBody = true;
          body.begin(head.body(), head.contentLength());
        }
      }
      int n = body.next(in, LIMITS);
      while (n > 0) {
        in.skipBytes(n);
        n = body.next(in, LIMITS);
      }
      return n == BodyReader.MORE ? "more" : n == BodyReader.END ? "ok" : "cut";
    }

    String end() {
      return !inBody ? "502" : body.endsWithConnection() ? "ok" : "cut";
    }
  }
}
