package dev.fairlead.internal.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes a ClientHello byte by byte, right or wrong as wanted. */
final class HelloBytes {
  private int version = 0x0303;
  private byte[] sessionId = new byte[32];
  private byte[] ciphers = {0x13, 0x01, 0x13, 0x02};
  private byte[] compressions = {0};
  private final List<byte[]> extensions = new ArrayList<>();
  private boolean withoutExtensions;

  HelloBytes version(int wanted) {
    version = wanted;
    return this;
  }

  HelloBytes sessionId(byte[] wanted) {
    sessionId = wanted;
    return this;
  }

  HelloBytes ciphers(byte... wanted) {
    ciphers = wanted;
    return this;
  }

  HelloBytes compressions(byte... wanted) {
    compressions = wanted;
    return this;
  }

  /** Not even their length, as SSL 3.0 clients did. */
  HelloBytes withoutExtensions() {
    withoutExtensions = true;
    return this;
  }

  HelloBytes extension(int type, byte[] body) {
    extensions.add(join(number(2, type), vector(2, body)));
    return this;
  }

  HelloBytes sni(String... names) {
    byte[][] entries = Arrays.stream(names)
        .map(n -> join(number(1, 0), vector(2, ascii(n))))
        .toArray(byte[][]::new);
    return extension(0, vector(2, join(entries)));
  }

  HelloBytes alpn(String... protocols) {
    byte[][] entries =
        Arrays.stream(protocols).map(p -> vector(1, ascii(p))).toArray(byte[][]::new);
    return extension(16, vector(2, join(entries)));
  }

  HelloBytes versions(int... versions) {
    byte[][] entries = Arrays.stream(versions).mapToObj(v -> number(2, v)).toArray(byte[][]::new);
    return extension(43, vector(1, join(entries)));
  }

  /** The message with its head. */
  byte[] message() {
    byte[] tail =
        withoutExtensions ? new byte[0] : vector(2, join(extensions.toArray(byte[][]::new)));
    byte[] body = join(
        number(2, version),
        new byte[32],
        vector(1, sessionId),
        vector(2, ciphers),
        vector(1, compressions),
        tail);
    return join(number(1, 1), vector(3, body));
  }

  /** In one record. */
  ByteBuf buffer() {
    return records(Integer.MAX_VALUE);
  }

  /** In records of so many bytes. */
  ByteBuf records(int size) {
    return records(message(), size);
  }

  static ByteBuf records(byte[] message, int size) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < message.length; at += Math.min(size, message.length - at)) {
      int length = Math.min(size, message.length - at);
      out.writeBytes(number(3, 0x160301));
      out.writeBytes(vector(2, Arrays.copyOfRange(message, at, at + length)));
    }
    return Unpooled.wrappedBuffer(out.toByteArray());
  }

  static byte[] vector(int lengthBytes, byte[] body) {
    return join(number(lengthBytes, body.length), body);
  }

  static byte[] number(int bytes, int value) {
    byte[] number = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      number[i] = (byte) (value >>> (8 * (bytes - 1 - i)));
    }
    return number;
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
