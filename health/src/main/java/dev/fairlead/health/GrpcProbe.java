package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.concurrent.Future;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whether a gRPC server says that it, or one of its services, is serving: gRPC's health checking protocol, v1
 * ({@code grpc.health.v1.Health/Check}; Nginx: {@code type=grpc}; Envoy: {@code grpc_health_check}). {@code
 * SERVING} is {@link CheckCode#L7OK}; all other words, and a call that ends with an error, such as {@code
 * UNIMPLEMENTED} or {@code NOT_FOUND}, are {@link CheckCode#L7STS} and named. With or without TLS, as {@link
 * Probes#http2}. Immutable; made by {@link Probes#grpc}.
 *
 * <pre>{@code
 * HealthCheck.of(Probes.grpc("shop.Cart").header("authorization", "Bearer …")).every(ofSeconds(2))
 * }</pre>
 */
public final class GrpcProbe implements Probe {
  private final String service;
  private final HttpQuestion question;

  private GrpcProbe(String service, HttpQuestion question) {
    this.service = service;
    this.question = question;
  }

  static GrpcProbe of(String service) {
    Objects.requireNonNull(service, "service");
    if (service.length() > 1000) {
      throw new IllegalArgumentException(
          "service: %d characters (expected: at most 1000)".formatted(service.length()));
    }
    return new GrpcProbe(
        service,
        new HttpQuestion("POST", "/grpc.health.v1.Health/Check")
            .header("te", "trailers")
            .header("content-type", "application/grpc")
            .header("user-agent", "fairlead"));
  }

  /**
   * The authority that is asked.
   *
   * @param authority as it is sent; default: the server's host and port
   * @return a changed copy
   */
  public GrpcProbe authority(String authority) {
    return new GrpcProbe(service, question.host(authority));
  }

  /**
   * One more metadata field, for example for a login.
   *
   * @param name none of those that frame the message
   * @param value printable ASCII
   * @return a changed copy
   */
  public GrpcProbe header(String name, String value) {
    return new GrpcProbe(service, question.header(name, value));
  }

  /** Called by Fairlead. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    GrpcAnswer answer = new GrpcAnswer();
    Awaited verdict = answer.verdict();
    Http2Stream stream = new Http2Stream(answer);
    Future<Channel> connection = target.connect(stream, Http2Stream::offered);
    HttpProbe.whenConnected(connection, verdict, channel -> {
      Http2Headers head = question.http2(target.address(), HttpProbe.secure(channel));
      head.remove("content-length");
      head.add("grpc-timeout", Math.min(99_999_999, target.timeout().toMillis()) + "m");
      stream.ask(channel, head, request());
    });
    return verdict;
  }

  private ByteBuf request() {
    byte[] message = GrpcHealth.request(service);
    return Unpooled.buffer(5 + message.length)
        .writeByte(0) // not compressed
        .writeInt(message.length)
        .writeBytes(message);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GrpcProbe that
        && service.equals(that.service)
        && question.equals(that.question);
  }

  @Override
  public int hashCode() {
    return Objects.hash(service, question);
  }

  /** {@return for example {@code grpc health of shop.Cart}} */
  @Override
  public String toString() {
    return service.isEmpty() ? "grpc health" : "grpc health of " + service;
  }
}
