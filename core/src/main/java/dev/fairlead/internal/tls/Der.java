package dev.fairlead.internal.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * One element of DER (X.690), just enough of it to look into keys.
 *
 * @param tag its tag
 * @param content in hex, so that it can be compared
 */
record Der(int tag, String content) {
  static final int INTEGER = 0x02;
  static final int OCTETS = 0x04;
  static final int OID = 0x06;
  static final int ENUMERATED = 0x0a;
  static final int SEQUENCE = 0x30;

  /** The element that these bytes are. */
  static Der of(byte[] bytes) throws GeneralSecurityException {
    List<Der> elements = read(bytes);
    if (elements.size() != 1) {
      throw new GeneralSecurityException("bad DER: %d elements".formatted(elements.size()));
    }
    return elements.get(0);
  }

  /** The elements of a sequence, or of anything else that is made of elements. */
  List<Der> elements() throws GeneralSecurityException {
    return read(bytes());
  }

  /** The first element with a tag. */
  Optional<Der> element(int wanted) throws GeneralSecurityException {
    return elements().stream().filter(e -> e.tag == wanted).findFirst();
  }

  /** The text of one of the kinds of strings. */
  String text() {
    Charset charset = switch (tag) {
      case 0x0c -> StandardCharsets.UTF_8;
      case 0x1e -> StandardCharsets.UTF_16BE;
      default -> StandardCharsets.ISO_8859_1;
    };
    return new String(bytes(), charset);
  }

  private byte[] bytes() {
    return HexFormat.of().parseHex(content);
  }

  private static List<Der> read(byte[] bytes) throws GeneralSecurityException {
    List<Der> elements = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      while (in.hasRemaining()) {
        int tag = in.get() & 0xff;
        int length = in.get() & 0xff;
        if (length > 0x80) {
          int octets = length & 0x7f;
          length = 0;
          for (int i = 0; i < octets; i++) {
            length = Math.addExact(Math.multiplyExact(length, 256), in.get() & 0xff);
          }
        }
        if (length > in.remaining()) {
          throw new GeneralSecurityException("bad DER: it ends too early");
        }
        byte[] content = new byte[length];
        in.get(content);
        elements.add(new Der(tag, HexFormat.of().formatHex(content)));
      }
    } catch (BufferUnderflowException | ArithmeticException e) {
      throw new GeneralSecurityException("bad DER: it ends too early", e);
    }
    return elements;
  }

  /** An element that holds others, or bytes; less than 64 KiB. */
  static byte[] write(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length + 4).put((byte) tag);
    if (length < 0x80) {
      out.put((byte) length);
    } else if (length < 0x100) {
      out.put((byte) 0x81).put((byte) length);
    } else {
      out.put((byte) 0x82).putShort((short) length);
    }
    for (byte[] part : parts) {
      out.put(part);
    }
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** This element again as bytes. */
  byte[] write() {
    return write(tag, bytes());
  }
}
