package dev.fairlead.http.internal.h1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.Corpus;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
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
    for (int cut : given.cuts()) {
      Reader reader = new Reader();
      reader.feed(Unpooled.copiedBuffer(bytes, 0, cut));
      reader.feed(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
      assertThat(reader.verdict()).as("cut at %d", cut).isEqualTo(given.verdict());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_request_gets_its_verdict_byte_by_byte(Corpus.Case given) {
    Reader reader = new Reader();
    for (byte b : given.bytes()) {
      reader.feed(Unpooled.wrappedBuffer(new byte[] {b}));
    }
    assertThat(reader.verdict()).isEqualTo(given.verdict());
  }

  /** Reads requests as a session does, one behind the other. */
  private static final class Reader {
    private final RequestHead head = new RequestHead();
    private final BodyReader body = new BodyReader(new SpareFields());
    private final List<String> verdicts = new ArrayList<>();
    private boolean inBody;
    private boolean over;

    String verdict() {
      if (!over && (inBody || head.begun())) {
        verdicts.add("408");
      }
      return String.join(" ", verdicts);
    }

    void feed(ByteBuf in) {
      boolean more = true;
      while (more && !over) {
        more = inBody ? readBody(in) : readHead(in);
      }
    }

    private boolean readHead(ByteBuf in) {
      int result = head.read(in, LIMITS);
      if (result == RequestHead.FAULT) {
        fault(head.fault());
      } else if (result == RequestHead.DONE && head.connect()) {
        over = true;
        verdicts.add("405"); // without a rule that allows it
      } else if (result == RequestHead.DONE) {
        inBody = true;
        body.begin(head.body(), head.bodyLength());
      }
      return result == RequestHead.DONE;
    }

    private boolean readBody(ByteBuf in) {
      int n = body.next(in, LIMITS);
      if (n > 0) {
        in.skipBytes(n);
      } else if (n == BodyReader.FAULT) {
        fault(body.fault());
      } else if (n == BodyReader.END) {
        verdicts.add("ok");
        over = !head.keepAlive();
        inBody = false;
        head.reset();
      }
      return n != BodyReader.MORE;
    }

    private void fault(Fault fault) {
      over = true;
      verdicts.add(
          switch (fault) {
            case BAD -> "400";
            case LINE_TOO_LONG -> "414";
            case HEAD_TOO_LARGE -> "431";
            case CODING -> "501";
            case VERSION -> "505";
          });
    }
  }
}
