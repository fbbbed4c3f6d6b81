package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server's answer to one HTTP request is as expected (HAProxy: {@code option httpchk}, {@code
 * http-check}; Nginx: {@code health_check}, {@code match}). Immutable: a method with an argument returns a
 * changed copy. Made by {@link Probes#http} and {@link Probes#http2}.
 *
 * <pre>{@code
 * HealthCheck.of(Probes.http("POST", "/health")
 *     .header("Content-Type", "application/json")
 *     .body("{\"deep\": true}")
 *     .expectStatus("200, 204, 301-303")
 *     .expectHeader("X-Role", TextRule.equalTo("primary"))
 *     .expectBody(TextRule.regex("\"lag\": \\d\\b"))
 *     .expectBody(TextRule.contains("error").not())
 *     .drainOn(404))
 * }</pre>
 *
 * <p>All expectations must hold; the first that does not is named in the verdict. A wrong status or header
 * is {@link CheckCode#L7STS}, a wrong body is {@link CheckCode#L7RSP}, as in HAProxy. The head of the answer
 * decides, and only where the body has a rule it is waited for: its first 256 KiB, as UTF-8. A request
 * of HTTP/1.1 asks for {@code Connection: close}; answers of HTTP/1.0 are as good.
 */
public final class HttpProbe implements Probe {
  private final boolean http2;
  private final HttpQuestion question;
  private final HttpExpectation expected;

  private HttpProbe(boolean http2, HttpQuestion question, HttpExpectation expected) {
    this.http2 = http2;
    this.question = question;
    this.expected = expected;
  }

  static HttpProbe http1(String method, String path) {
    return new HttpProbe(false, new HttpQuestion(method, path), HttpExpectation.DEFAULT);
  }

  static HttpProbe http2(String method, String path) {
    return new HttpProbe(true, new HttpQuestion(method, path), HttpExpectation.DEFAULT);
  }

  /**
   * The Host field.
   *
   * @param host as it is sent; default: the server's host and port
   * @return a changed copy
   */
  public HttpProbe host(String host) {
    return with(question.host(host));
  }

  /**
   * One more header field to send.
   *
   * @param name none of those that frame the message or name the host
   * @param value printable ASCII
   * @return a changed copy
   */
  public HttpProbe header(String name, String value) {
    return with(question.header(name, value));
  }

  /**
   * A body to send (HAProxy: {@code http-check send … body}), with its length. Its type is yours to name by
   * {@link #header}.
   *
   * @param text sent as UTF-8; default none
   * @return a changed copy
   */
  public HttpProbe body(String text) {
    return with(question.body(Objects.requireNonNull(text, "body")));
  }

  /**
   * Exactly these statuses are good, instead of those expected before.
   *
   * @param statuses at least one, each 101..599
   * @return a changed copy
   */
  public HttpProbe expect(int... statuses) {
    return with(expected.statuses(Statuses.each("expect", statuses)));
  }

  /**
   * The statuses of this range are good, instead of those expected before.
   *
   * @param min the least, 101..599; default 200
   * @param max the greatest, {@code min}..599; default 399
   * @return a changed copy
   */
  public HttpProbe expectStatus(int min, int max) {
    return with(expected.statuses(Statuses.range(min, max)));
  }

  /**
   * These statuses are good, instead of those expected before (HAProxy: {@code http-check expect status}).
   *
   * @param statuses with commas and ranges, such as {@code 200,204,301-303}; with {@code !} before them all
   *     others
   * @return a changed copy
   */
  public HttpProbe expectStatus(String statuses) {
    return with(expected.statuses(Statuses.parse("expectStatus", statuses)));
  }

  /**
   * The answer must have this header field, whatever its value.
   *
   * @param name in any case
   * @return a changed copy
   */
  public HttpProbe expectHeader(String name) {
    return and(new FieldRule(HttpSyntax.token("header", name), true, null));
  }

  /**
   * A header field of the answer must be like this (HAProxy: {@code http-check expect fhdr}). Of several
   * fields of that name one must be; with a rule that is negated none must be as it says, so that an answer
   * without the field is good.
   *
   * @param name in any case
   * @param value for a whole field line
   * @return a changed copy
   */
  public HttpProbe expectHeader(String name, TextRule value) {
    return and(new FieldRule(
        HttpSyntax.token("header", name), true, Objects.requireNonNull(value, "value")));
  }

  /**
   * The answer must not have this header field.
   *
   * @param name in any case
   * @return a changed copy
   */
  public HttpProbe expectNoHeader(String name) {
    return and(new FieldRule(HttpSyntax.token("header", name), false, null));
  }

  /**
   * The body of the answer must be like this (HAProxy: {@code http-check expect string}, {@code rstring};
   * Nginx: {@code body ~}). Only its first 256 KiB are looked at; a body that has not ended by then is
   * judged without the rest.
   *
   * @param rule for the body as UTF-8
   * @return a changed copy
   */
  public HttpProbe expectBody(TextRule rule) {
    return with(expected.and(Objects.requireNonNull(rule, "rule")));
  }

  /**
   * The server drains while it answers with one of these statuses, whatever else is expected (HAProxy: {@code
   * http-check disable-on-404}, {@code ok-status L7OKC}).
   *
   * @param statuses at least one, each 101..599; default none
   * @return a changed copy
   */
  public HttpProbe drainOn(int... statuses) {
    return with(expected.drains(Statuses.each("drainOn", statuses)));
  }

  private HttpProbe and(FieldRule rule) {
    return with(expected.and(rule));
  }

  private HttpProbe with(HttpQuestion changed) {
    return new HttpProbe(http2, changed, expected);
  }

  private HttpProbe with(HttpExpectation changed) {
    return new HttpProbe(http2, question, changed);
  }

  /** Called by Fairlead. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    HttpJudge judge = new HttpJudge(expected);
    Awaited verdict = judge.verdict();
    if (http2) {
      Http2Stream stream = new Http2Stream(judge);
      Future<Channel> connection = target.connect(stream, Http2Stream::offered);
      whenConnected(
          connection,
          verdict,
          channel ->
              stream.ask(channel, question.http2(target.address(), secure(channel)), body()));
    } else {
      Future<Channel> connection = target.connect(new HttpAnswer(judge));
      whenConnected(
          connection,
          verdict,
          channel -> send(channel, question.http1(target.address(), secure(channel)), verdict));
    }
    return verdict;
  }

  static void whenConnected(
      Future<Channel> connection, CompletableFuture<Verdict> verdict, Consumer<Channel> then) {
    connection.addListener(connected -> {
      if (connected.isSuccess()) {
        then.accept(connection.getNow());
      } else {
        verdict.complete(Reasons.notConnected(connected.cause()));
      }
    });
  }

  static void send(Channel channel, FullHttpRequest request, CompletableFuture<Verdict> verdict) {
    channel.writeAndFlush(request).addListener(sent -> {
      if (!sent.isSuccess()) {
        verdict.complete(Reasons.broken(sent.cause()));
      }
    });
  }

  private @Nullable ByteBuf body() {
    return question.body() == null ? null : question.content();
  }

  static boolean secure(Channel channel) {
    return channel.pipeline().get(SslHandler.class) != null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HttpProbe that
        && http2 == that.http2
        && question.equals(that.question)
        && expected.equals(that.expected);
  }

  @Override
  public int hashCode() {
    return Objects.hash(http2, question, expected);
  }

  /** {@return for example {@code http GET /health expecting 200..399, host app.example}} */
  @Override
  public String toString() {
    return (http2 ? "http2 " : "http ") + question.method() + " " + question.path() + " expecting "
        + expected.statuses() + question.rest() + expected.rules();
  }
}
