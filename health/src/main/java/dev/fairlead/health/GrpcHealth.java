package dev.fairlead.health;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The two messages of {@code grpc/health/v1/health.proto}, in protobuf's encoding: a field is a number with a
 * wire type, and a value.
 */
final class GrpcHealth {
  private static final int SERVICE = 1 << 3 | 2; // field 1, a string
  private static final int STATUS = 1 << 3; // field 1, a number
  private static final String[] STATUSES = {"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};

  private GrpcHealth() {}

  /** A {@code HealthCheckRequest}. */
  static byte[] request(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    if (name.length == 0) {
      return name; // what is empty is left out
    }
    ByteBuffer message = ByteBuffer.allocate(6 + name.length).put((byte) SERVICE);
    int length = name.length;
    for (; length > 0x7f; length >>>= 7) {
      message.put((byte) ((length & 0x7f) | 0x80));
    }
    message.put((byte) length).put(name);
    byte[] bytes = new byte[message.position()];
    message.flip().get(bytes);
    return bytes;
  }

  /** The word in a {@code HealthCheckResponse}; null when the bytes are none. */
  static @Nullable String status(ByteBuffer message) {
    long status = 0;
    while (message.hasRemaining()) {
      long tag = number(message);
      long value = (tag & 7) == 0 ? number(message) : skip(message, (int) (tag & 7));
      if (tag < 0 || value < 0) {
        return null;
      }
      if (tag == STATUS) {
        status = value;
      }
    }
    return status < STATUSES.length ? STATUSES[(int) status] : "status " + status;
  }

  /** A number of variable length; -1 when it is none, or none that could be a tag or a status. */
  private static long number(ByteBuffer from) {
    long number = 0;
    for (int shift = 0; shift < 63 && from.hasRemaining(); shift += 7) {
      byte next = from.get();
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return number;
      }
    }
    return -1;
  }

  /** Leaves out the value of a field of later days; -1 when there is none. */
  private static int skip(ByteBuffer from, int wireType) {
    long length = switch (wireType) {
      case 1 -> 8;
      case 2 -> number(from);
      case 5 -> 4;
      default -> -1;
    };
    if (length < 0 || length > from.remaining()) {
      return -1;
    }
    from.position(from.position() + (int) length);
    return 0;
  }
}
