package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears the answer to one gRPC health check: a message, and how the call ended. */
final class GrpcAnswer implements Http2Stream.Hearer {
  private static final int PREFIX = 5; // compressed or not, and the length of the message
  private static final int LONGEST = 4096;

  /** By number (gRPC: statuscodes.md). */
  private static final List<String> CODES = List.of(
      "OK",
      "CANCELLED",
      "UNKNOWN",
      "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED",
      "NOT_FOUND",
      "ALREADY_EXISTS",
      "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED",
      "FAILED_PRECONDITION",
      "ABORTED",
      "OUT_OF_RANGE",
      "UNIMPLEMENTED",
      "INTERNAL",
      "UNAVAILABLE",
      "DATA_LOSS",
      "UNAUTHENTICATED");

  private final Awaited verdict = new Awaited(this::late);
  private final ByteBuffer message = ByteBuffer.allocate(LONGEST);
  private @Nullable Http2Headers head;

  Awaited verdict() {
    return verdict;
  }

  private Verdict late() {
    return Verdict.of(CheckCode.L7TOUT, head == null ? "no answer" : "no end of the answer");
  }

  @Override
  public void head(Http2Headers fields) {
    head = fields;
    CharSequence status = fields.status();
    CharSequence type = fields.get("content-type");
    if (status == null || !"200".contentEquals(status)) {
      verdict.complete(Verdict.fail("HTTP status " + status).expected("200"));
    } else if (type == null || !type.toString().startsWith("application/grpc")) {
      verdict.complete(Verdict.of(CheckCode.L7RSP, "not gRPC: content-type " + type));
    }
  }

  @Override
  public void body(ByteBuf part) {
    if (part.readableBytes() > message.remaining()) {
      fail(CheckCode.L7RSP, "more than " + LONGEST + " bytes");
      return;
    }
    ByteBuffer taken = message.duplicate().limit(message.position() + part.readableBytes());
    part.getBytes(part.readerIndex(), taken);
    message.position(taken.position());
  }

  @Override
  public void end(@Nullable Http2Headers trailers) {
    Http2Headers last = trailers == null ? head : trailers;
    CharSequence code = last == null ? null : last.get("grpc-status");
    if (code == null) {
      fail(CheckCode.L7RSP, "no grpc-status");
    } else if ("0".contentEquals(code)) {
      verdict.complete(ofMessage(message.flip()));
    } else {
      verdict.complete(Verdict.fail("grpc-status " + named(code) + reason(last)));
    }
  }

  private static Verdict ofMessage(ByteBuffer bytes) {
    String status = null;
    if (bytes.remaining() >= PREFIX && bytes.get() == 0 && bytes.getInt() == bytes.remaining()) {
      status = GrpcHealth.status(bytes);
    }
    if (status == null) {
      return Verdict.of(CheckCode.L7RSP, "not a HealthCheckResponse");
    }
    return status.equals("SERVING")
        ? Verdict.pass(status)
        : Verdict.fail(status).expected("SERVING");
  }

  private static String named(CharSequence code) {
    for (int i = 0; i < CODES.size(); i++) {
      if (Integer.toString(i).contentEquals(code)) {
        return code + " " + CODES.get(i);
      }
    }
    return code.toString();
  }

  private static String reason(@Nullable Http2Headers trailers) {
    CharSequence text = trailers == null ? null : trailers.get("grpc-message");
    if (text == null || text.isEmpty()) {
      return "";
    }
    try {
      return ": " + QueryStringDecoder.decodeComponent(text.toString().replace("+", "%2B"));
    } catch (IllegalArgumentException e) { // not percent-encoded as it should be
      return ": " + text;
    }
  }

  @Override
  public void closed() {
    fail(CheckCode.L7RSP, head == null ? "closed without an answer" : "closed within the answer");
  }

  @Override
  public void failed(Throwable cause) {
    verdict.complete(Reasons.broken(cause));
  }

  @Override
  public void fail(CheckCode code, String what) {
    verdict.complete(Verdict.of(code, what));
  }
}
