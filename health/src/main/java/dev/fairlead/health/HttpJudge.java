package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hears one HTTP answer as it comes, of whatever version, and gives the verdict as early as it can. It
 * keeps the beginning of the body only where a rule asks for it, and no more than {@value #LONGEST_BODY}
 * bytes.
 */
final class HttpJudge implements Http2Stream.Hearer {
  static final int LONGEST_BODY = 256 * 1024;

  private static final Pattern CODE = Pattern.compile("[1-9]\\d\\d");

  private final HttpExpectation expected;
  private final Awaited verdict = new Awaited(this::late);
  private int status;
  private byte @Nullable [] body;
  private int length;

  HttpJudge(HttpExpectation expected) {
    this.expected = expected;
  }

  Awaited verdict() {
    return verdict;
  }

  Verdict late() {
    return Verdict.of(
        CheckCode.L7TOUT, status == 0 ? "no answer" : status + ", no end of the body");
  }

  void head(int code, Function<String, List<String>> fields) {
    status = code;
    Verdict now = expected.ofHead(code, fields);
    if (now == null) {
      body = new byte[1024];
    } else {
      verdict.complete(now);
    }
  }

  @Override
  public void head(Http2Headers fields) {
    CharSequence code = fields.status();
    if (code == null || !CODE.matcher(code).matches()) {
      fail("not an HTTP response: status " + code);
      return;
    }
    head(
        Integer.parseInt(code.toString()),
        name -> fields.getAll(name.toLowerCase(Locale.ROOT)).stream()
            .map(CharSequence::toString)
            .toList());
  }

  /** Takes nothing away from the buffer. */
  @Override
  public void body(ByteBuf part) {
    byte[] kept = body;
    if (kept == null || verdict.isDone()) {
      return;
    }
    int more = Math.min(part.readableBytes(), LONGEST_BODY - length);
    if (length + more > kept.length) {
      byte[] larger = new byte[Math.min(LONGEST_BODY, Math.max(2 * kept.length, length + more))];
      System.arraycopy(kept, 0, larger, 0, length);
      body = larger;
      kept = larger;
    }
    part.getBytes(part.readerIndex(), kept, length, more);
    length += more;
    if (length == LONGEST_BODY) {
      end();
    }
  }

  @Override
  public void end(@Nullable Http2Headers trailers) {
    end();
  }

  void end() {
    if (body != null && !verdict.isDone()) {
      verdict.complete(
          expected.ofBody(status, new String(body, 0, length, StandardCharsets.UTF_8)));
    }
  }

  @Override
  public void closed() {
    fail(status == 0 ? "closed without an answer" : "closed within the body");
  }

  @Override
  public void failed(Throwable cause) {
    verdict.complete(Reasons.broken(cause));
  }

  void fail(String what) {
    fail(CheckCode.L7RSP, what);
  }

  @Override
  public void fail(CheckCode code, String what) {
    verdict.complete(Verdict.of(code, status == 0 ? what : status + ", " + what));
  }
}
