package dev.fairlead.http.internal.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Corpus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RequestCorpusTest {
  private static final Limits LIMITS = new Limits(8 * 1024, 16 * 1024, 100);

  static List<Corpus.Case> cases() {
    return Corpus.read("requests.txt");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_request_gets_its_verdict_however_it_is_cut_in_two(Corpus.Case given) {
    byte[] bytes = given.bytes();
    int step = Math.max(1, bytes.length / 400);
    for (int cut = 0; cut <= bytes.length; cut += step) {
      assertThat(verdict(bytes, cut)).as("cut at %d", cut).isEqualTo(given.verdict());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_request_gets_its_verdict_byte_by_byte(Corpus.Case given) {
    Reader reader = new Reader();
    String verdict = "more";
    for (byte b : given.bytes()) {
      if (verdict.equals("more")) {
        verdict = reader.feed(Unpooled.wrappedBuffer(new byte[] {b}));
      }
    }
    assertThat(verdict).isEqualTo(given.verdict());
  }

  private static String verdict(byte[] bytes, int cut) {
    Reader reader = new Reader();
    String first = reader.feed(Unpooled.copiedBuffer(bytes, 0, cut));
    return first.equals("more")
        ? reader.feed(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut))
        : first;
  }

  /** Reads one request as a session does. */
  private static final class Reader {
    private final RequestHead head = new RequestHead();
    private final BodyReader body = new BodyReader();
    private boolean inBody;

    String feed(ByteBuf in) {
      if (!inBody) {
        int result = head.read(in, LIMITS);
        if (result == RequestHead.MORE) {
          return "more";
        }
        if (result == RequestHead.FAULT) {
          return status(head.fault());
        }
        if (head.connect()) {
          return "405"; // without a rule that allows it
        }
        inBody = true;
        body.begin(head.body(), head.bodyLength());
      }
      int n = body.next(in, LIMITS);
      while (n > 0) {
        in.skipBytes(n);
        n = body.next(in, LIMITS);
      }
      return n == BodyReader.MORE ? "more" : n == BodyReader.END ? "ok" : status(body.fault());
    }

    private static String status(Fault fault) {
      return switch (fault) {
        case BAD -> "400";
        case LINE_TOO_LONG -> "414";
        case HEAD_TOO_LARGE -> "431";
        case CODING -> "501";
        case VERSION -> "505";
      };
    }
  }
}
