package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** The key of a WebSocket handshake, and its answer (RFC 6455 §4), which HTTP/2 has not. Pure functions. */
final class WebSocket {
  static final byte[] PROTOCOL = Ascii.bytes("websocket");
  private static final byte[] GUID =
      "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.ISO_8859_1);

  private WebSocket() {}

  /** {@return a key for a handshake with a server that speaks HTTP/1.1} */
  static byte[] key(RandomGenerator random) {
    byte[] nonce = new byte[16];
    random.nextBytes(nonce);
    return Base64.getEncoder().encode(nonce);
  }

  /**
   * {@return whether a consent answers the key of its request} Where the key is the client's, the client looks
   * itself; a client of HTTP/2 has none.
   */
  static boolean answered(RequestHead request, ResponseHead response) {
    String key = request.http2() ? request.header("sec-websocket-key") : null;
    if (key == null) {
      return true;
    }
    String expected = new String(accept(Ascii.bytes(key)), StandardCharsets.ISO_8859_1);
    return expected.equals(response.header("sec-websocket-accept"));
  }

  /** {@return what answers a key} */
  static byte[] accept(byte[] key) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(key);
      return Base64.getEncoder().encode(sha1.digest(GUID));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-1", e);
    }
  }
}
