package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server's answer to one HTTP request is as expected (HAProxy: {@code option httpchk}, {@code
 * http-check}; Nginx: {@code health_check}, {@code match}). Immutable: a method with an argument returns a
 * changed copy. Made by {@link Probes#http}.
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
 * decides, and only where the body has a rule it is waited for: its first 256 KiB, as UTF-8. The request is
 * of HTTP/1.1 and asks for {@code Connection: close}; answers of HTTP/1.0 are as good.
 */
public final class HttpProbe implements Probe {
  private final HttpQuestion question;
  private final HttpExpectation expected;

  private HttpProbe(HttpQuestion question, HttpExpectation expected) {
    this.question = question;
    this.expected = expected;
  }

  static HttpProbe http1(String method, String path) {
    return new HttpProbe(new HttpQuestion(method, path), HttpExpectation.DEFAULT);
  }

  /**
   * The Host field.
   *
   * @param host as it is sent; default: the server's host and port
   * @return a changed copy
   */
  public HttpProbe host(String host) {
    return new HttpProbe(question.host(host), expected);
  }

  /**
   * One more header field to send.
   *
   * @param name none of those that frame the message or name the host
   * @param value printable ASCII
   * @return a changed copy
   */
  public HttpProbe header(String name, String value) {
    return new HttpProbe(question.header(name, value), expected);
  }

  /**
   * A body to send (HAProxy: {@code http-check send … body}), with its length. Its type is yours to name by
   * {@link #header}.
   *
   * @param text sent as UTF-8; default none
   * @return a changed copy
   */
  public HttpProbe body(String text) {
    return new HttpProbe(question.body(Objects.requireNonNull(text, "body")), expected);
  }

  /**
   * Exactly these statuses are good, instead of those expected before.
   *
   * @param statuses at least one, each 200..599
   * @return a changed copy
   */
  public HttpProbe expect(int... statuses) {
    return new HttpProbe(question, expected.statuses(Statuses.each("expect", statuses)));
  }

  /**
   * The statuses of this range are good, instead of those expected before.
   *
   * @param min the least, 200..599; default 200
   * @param max the greatest, {@code min}..599; default 399
   * @return a changed copy
   */
  public HttpProbe expectStatus(int min, int max) {
    return new HttpProbe(question, expected.statuses(Statuses.range(min, max)));
  }

  /**
   * These statuses are good, instead of those expected before (HAProxy: {@code http-check expect status}).
   *
   * @param statuses with commas and ranges, such as {@code 200,204,301-303}; with {@code !} before them all
   *     others
   * @return a changed copy
   */
  public HttpProbe expectStatus(String statuses) {
    return new HttpProbe(question, expected.statuses(Statuses.parse("expectStatus", statuses)));
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
    return new HttpProbe(question, expected.and(Objects.requireNonNull(rule, "rule")));
  }

  /**
   * The server drains while it answers with one of these statuses, whatever else is expected (HAProxy: {@code
   * http-check disable-on-404}, {@code ok-status L7OKC}).
   *
   * @param statuses at least one, each 200..599; default none
   * @return a changed copy
   */
  public HttpProbe drainOn(int... statuses) {
    return new HttpProbe(question, expected.drains(Statuses.each("drainOn", statuses)));
  }

  private HttpProbe and(FieldRule rule) {
    return new HttpProbe(question, expected.and(rule));
  }

  /** Called by Fairlead. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    HttpJudge judge = new HttpJudge(expected, verdict);
    Future<Channel> connection = target.connect(new HttpAnswer(judge));
    connection.addListener(connected -> {
      if (connected.isSuccess()) {
        send(connection.getNow(), target, judge);
      } else {
        verdict.complete(Reasons.notConnected(connected.cause()));
      }
    });
    return verdict;
  }

  private void send(Channel channel, Target target, HttpJudge judge) {
    boolean secure = channel.pipeline().get(SslHandler.class) != null;
    channel.writeAndFlush(question.http1(target.address(), secure)).addListener(sent -> {
      if (!sent.isSuccess()) {
        judge.failed(sent.cause());
      }
    });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HttpProbe that
        && question.equals(that.question)
        && expected.equals(that.expected);
  }

  @Override
  public int hashCode() {
    return Objects.hash(question, expected);
  }

  /** {@return for example {@code http GET /health expecting 200..399, host app.example}} */
  @Override
  public String toString() {
    return "http " + question.method() + " " + question.path() + " expecting " + expected.statuses()
        + question.rest() + expected.rules();
  }
}
