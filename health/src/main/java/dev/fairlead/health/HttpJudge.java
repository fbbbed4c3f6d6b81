package dev.fairlead.health;

import dev.fairlead.spi.EdgeException;
import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hears one HTTP answer as it comes, of whatever version, and gives the verdict as early as it can. It
 * keeps the beginning of the body only where a rule asks for it, and no more than {@value #LONGEST_BODY}
 * bytes.
 */
final class HttpJudge {
  static final int LONGEST_BODY = 256 * 1024;

  private final HttpExpectation expected;
  private final CompletableFuture<Verdict> verdict;
  private int status;
  private byte @Nullable [] body;
  private int length;

  HttpJudge(HttpExpectation expected, CompletableFuture<Verdict> verdict) {
    this.expected = expected;
    this.verdict = verdict;
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

  /** Takes nothing away from the buffer. */
  void body(ByteBuf part) {
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

  void end() {
    if (body != null && !verdict.isDone()) {
      verdict.complete(
          expected.ofBody(status, new String(body, 0, length, StandardCharsets.UTF_8)));
    }
  }

  void closed() {
    fail(status == 0 ? "closed without an answer" : status + ", closed within the body");
  }

  void failed(Throwable cause) {
    if (cause instanceof EdgeException tls) {
      verdict.complete(Reasons.tls(tls));
    } else {
      fail(Reasons.message(cause));
    }
  }

  void fail(String what) {
    verdict.complete(Verdict.of(CheckCode.L7RSP, what));
  }
}
