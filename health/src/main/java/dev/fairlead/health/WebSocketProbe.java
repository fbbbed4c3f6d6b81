package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server upgrades an HTTP/1.1 connection to WebSocket (RFC 6455 §4): it must answer 101 with the
 * right {@code Sec-WebSocket-Accept}, and choose one of the subprotocols if there are any. Then the connection
 * is closed as the protocol wants it. A wrong status or header is {@link CheckCode#L7STS}. Immutable; made by
 * {@link Probes#webSocket}.
 */
public final class WebSocketProbe implements Probe {
  private static final String OF_PROTOCOL = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3
  private static final byte[] GOODBYE = {
    (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xE8 // close, masked by zeros, 1000
  };

  private final HttpQuestion question;
  private final List<String> subprotocols;

  private WebSocketProbe(HttpQuestion question, List<String> subprotocols) {
    this.question = question;
    this.subprotocols = subprotocols;
  }

  static WebSocketProbe of(String path) {
    return new WebSocketProbe(new HttpQuestion("GET", path), List.of());
  }

  /**
   * The Host field.
   *
   * @param host as it is sent; default: the server's host and port
   * @return a changed copy
   */
  public WebSocketProbe host(String host) {
    return new WebSocketProbe(question.host(host), subprotocols);
  }

  /**
   * One more header field to send, for example {@code Origin}.
   *
   * @param name none of those that frame the message or name the host
   * @param value printable ASCII
   * @return a changed copy
   */
  public WebSocketProbe header(String name, String value) {
    return new WebSocketProbe(question.header(name, value), subprotocols);
  }

  /**
   * Offers subprotocols, of which the server must choose one.
   *
   * @param names by preference; default none
   * @return a changed copy
   */
  public WebSocketProbe subprotocol(String... names) {
    for (String name : names) {
      HttpSyntax.token("subprotocol", name);
    }
    return new WebSocketProbe(question, List.of(names));
  }

  /** Called by Fairlead. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    byte[] nonce = new byte[16];
    ThreadLocalRandom.current().nextBytes(nonce);
    String key = Base64.getEncoder().encodeToString(nonce);
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    HttpJudge judge = new HttpJudge(expected(key));
    Awaited upgraded = judge.verdict();
    HttpAnswer answer = new HttpAnswer(judge);
    Future<Channel> connection = target.connect(answer);
    HttpProbe.whenConnected(connection, verdict, channel -> {
      var unused = upgraded.thenAccept(found -> sayGoodbye(channel, answer, found, verdict));
      HttpProbe.send(channel, request(target, channel, key), upgraded);
    });
    return verdict;
  }

  private FullHttpRequest request(Target target, Channel channel, String key) {
    FullHttpRequest request = question.http1(target.address(), HttpProbe.secure(channel));
    request
        .headers()
        .set(HttpHeaderNames.CONNECTION, "Upgrade")
        .set(HttpHeaderNames.UPGRADE, "websocket")
        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13")
        .set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
    if (!subprotocols.isEmpty()) {
      request
          .headers()
          .set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, String.join(", ", subprotocols));
    }
    return request;
  }

  private HttpExpectation expected(String key) {
    HttpExpectation upgrade = HttpExpectation.DEFAULT
        .statuses(Statuses.each("status", 101))
        .and(new FieldRule("Upgrade", true, TextRule.regex("(?i)^websocket$")))
        .and(new FieldRule("Connection", true, TextRule.regex("(?i)\\bupgrade\\b")))
        .and(new FieldRule("Sec-WebSocket-Accept", true, TextRule.equalTo(accepted(key))));
    if (subprotocols.isEmpty()) {
      return upgrade.and(new FieldRule("Sec-WebSocket-Protocol", false, null));
    }
    String one = subprotocols.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    TextRule chosen = subprotocols.size() == 1
        ? TextRule.equalTo(subprotocols.get(0))
        : TextRule.regex("^(" + one + ")$");
    return upgrade.and(new FieldRule("Sec-WebSocket-Protocol", true, chosen));
  }

  /** What a server makes of a key. */
  static String accepted(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1")
          .digest((key + OF_PROTOCOL).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static void sayGoodbye(
      Channel channel, HttpAnswer answer, Verdict found, CompletableFuture<Verdict> verdict) {
    if (!found.passed()) {
      verdict.complete(found);
      return;
    }
    answer.endHttp();
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(GOODBYE))
        .addListener(ChannelFutureListener.CLOSE)
        .addListener(said -> verdict.complete(found));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WebSocketProbe that
        && question.equals(that.question)
        && subprotocols.equals(that.subprotocols);
  }

  @Override
  public int hashCode() {
    return Objects.hash(question, subprotocols);
  }

  /** {@return for example {@code websocket /chat, subprotocol v2}} */
  @Override
  public String toString() {
    return "websocket " + question.path() + question.rest()
        + (subprotocols.isEmpty() ? "" : ", subprotocol " + String.join(" or ", subprotocols));
  }
}
