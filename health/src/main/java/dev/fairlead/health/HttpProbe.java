package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server answers one HTTP/1.1 request with an expected status. The answer's head decides; its
 * body is not waited for.
 *
 * @param host for the Host field; null for the server's host and port
 * @param fields sent as they are, in this order
 * @param expected one of these must contain the status
 */
record HttpProbe(
    String method,
    String path,
    @Nullable String host,
    List<Field> fields,
    List<StatusRange> expected)
    implements Probe {
  private static final int HTTP_PORT = 80;

  /** A header field to send. */
  record Field(String name, String value) {}

  HttpProbe(String method, String path) {
    this(
        HttpSyntax.method(method),
        HttpSyntax.target(path),
        null,
        List.of(),
        List.of(new StatusRange(200, 399)));
  }

  HttpProbe host(String value) {
    return new HttpProbe(method, path, HttpSyntax.host(value), fields, expected);
  }

  HttpProbe header(String name, String value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(HttpSyntax.name(name), HttpSyntax.value(value)));
    return new HttpProbe(method, path, host, List.copyOf(more), expected);
  }

  HttpProbe expect(List<StatusRange> statuses) {
    return new HttpProbe(method, path, host, fields, List.copyOf(statuses));
  }

  @Override
  public CompletionStage<Verdict> check(Target target) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    FullHttpRequest request = request(target.address());
    Future<Channel> connection = target.connect(new HttpAnswer(expected, verdict));
    connection.addListener(connected -> {
      if (connected.isSuccess()) {
        send(connection.getNow(), request, verdict);
      } else {
        verdict.complete(Reasons.notConnected(connected.cause()));
      }
    });
    return verdict;
  }

  private static void send(
      Channel channel, FullHttpRequest request, CompletableFuture<Verdict> verdict) {
    channel.writeAndFlush(request).addListener(sent -> {
      if (!sent.isSuccess()) {
        verdict.complete(Verdict.of(CheckCode.L7RSP, Reasons.message(sent.cause())));
      }
    });
  }

  private FullHttpRequest request(SocketAddress server) {
    FullHttpRequest request = new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path, Unpooled.EMPTY_BUFFER);
    request
        .headers()
        .set(HttpHeaderNames.HOST, host == null ? hostOf(server) : host)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    fields.forEach(field -> request.headers().add(field.name(), field.value()));
    return request;
  }

  static String hostOf(SocketAddress server) {
    if (!(server instanceof InetSocketAddress inet)) {
      return "localhost";
    }
    String name = inet.getHostString();
    if (NetUtil.isValidIpV6Address(name)) {
      int zone = name.indexOf('%');
      name = "[" + (zone < 0 ? name : name.substring(0, zone)) + "]";
    }
    return inet.getPort() == HTTP_PORT ? name : name + ":" + inet.getPort();
  }

  static String text(List<StatusRange> statuses) {
    return statuses.stream().map(Objects::toString).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return "http " + method + " " + path + " expecting " + text(expected)
        + (host == null ? "" : ", host " + host)
        + fields.stream()
            .map(field -> ", " + field.name() + ": " + field.value())
            .collect(Collectors.joining());
  }
}
