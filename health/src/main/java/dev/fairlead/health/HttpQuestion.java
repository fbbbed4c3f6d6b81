package dev.fairlead.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request of a check, of whatever version.
 *
 * @param host for the Host field; null for the server's host and port
 * @param fields sent as they are, in this order
 * @param body null for none
 */
record HttpQuestion(
    String method,
    String path,
    @Nullable String host,
    List<Field> fields,
    @Nullable String body) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Methods whose missing body is told (RFC 9110 §8.6). */
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  /** What HTTP/2 does not have (RFC 9113 §8.2.2), besides what no check may set. */
  private static final Set<String> OF_CONNECTION = Set.of("keep-alive", "proxy-connection");

  /** A header field to send. */
  record Field(String name, String value) {}

  HttpQuestion(String method, String path) {
    this(HttpSyntax.method(method), HttpSyntax.target(path), null, List.of(), null);
  }

  HttpQuestion host(String value) {
    return new HttpQuestion(method, path, HttpSyntax.host(value), fields, body);
  }

  HttpQuestion header(String name, String value) {
    List<Field> more = new ArrayList<>(fields);
    more.add(new Field(HttpSyntax.name(name), HttpSyntax.value(name, value)));
    return new HttpQuestion(method, path, host, List.copyOf(more), body);
  }

  HttpQuestion body(String text) {
    return new HttpQuestion(method, path, host, fields, text.isEmpty() ? null : text);
  }

  /**
   * As HTTP/1.1 sends it.
   *
   * @param secure whether it goes through TLS
   */
  FullHttpRequest http1(SocketAddress server, boolean secure) {
    ByteBuf content = content();
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path, content);
    request
        .headers()
        .set(HttpHeaderNames.HOST, host(server, secure))
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    fields.forEach(field -> request.headers().add(field.name(), field.value()));
    if (body != null || WITH_BODY.contains(method)) {
      request.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
    }
    return request;
  }

  /**
   * As HTTP/2 sends it (RFC 9113 §8.3.1).
   *
   * @param secure whether it goes through TLS
   */
  Http2Headers http2(SocketAddress server, boolean secure) {
    Http2Headers head = new DefaultHttp2Headers()
        .method(method)
        .scheme(secure ? "https" : "http")
        .authority(host(server, secure))
        .path(path);
    for (Field field : fields) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (!OF_CONNECTION.contains(name)) {
        head.add(name, field.value());
      }
    }
    if (body != null || WITH_BODY.contains(method)) {
      head.addInt(HttpHeaderNames.CONTENT_LENGTH, content().readableBytes());
    }
    return head;
  }

  ByteBuf content() {
    return body == null
        ? Unpooled.EMPTY_BUFFER
        : Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.UTF_8));
  }

  String host(SocketAddress server, boolean secure) {
    return host == null ? hostOf(server, secure) : host;
  }

  static String hostOf(SocketAddress server, boolean secure) {
    if (!(server instanceof InetSocketAddress inet)) {
      return "localhost";
    }
    String name = inet.getHostString();
    if (NetUtil.isValidIpV6Address(name)) {
      int zone = name.indexOf('%');
      name = "[" + (zone < 0 ? name : name.substring(0, zone)) + "]";
    }
    boolean usual = inet.getPort() == (secure ? HTTPS_PORT : HTTP_PORT);
    return usual ? name : name + ":" + inet.getPort();
  }

  /** {@return for the end of a sentence: what is sent besides method and path; what header fields say may be secret} */
  String rest() {
    return (host == null ? "" : ", host " + host)
        + fields.stream().map(field -> ", sending " + field.name()).collect(Collectors.joining())
        + (body == null ? "" : ", sending " + body.length() + " characters");
  }
}
