package dev.fairlead.health;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Elements of the Basic Encoding Rules, as far as LDAP uses them (RFC 4511 §5.1): tags of one byte, lengths
 * of the definite form, and none above {@link Conversation#LONGEST}.
 */
final class Ber {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int ENUMERATED = 0x0A;
  static final int SEQUENCE = 0x30;

  private static final int LONG_FORM = 0x80;

  private Ber() {}

  /** The length of the element that begins here, its head included, as {@link Conversation#length} says. */
  static int length(ByteBuf first, int tag) {
    int at = first.readerIndex();
    int there = first.readableBytes();
    if (first.getUnsignedByte(at) != tag) {
      return Conversation.FOREIGN;
    } else if (there < 2) {
      return Conversation.UNKNOWN;
    }
    int length = first.getUnsignedByte(at + 1);
    if (length < LONG_FORM) {
      return 2 + length;
    }
    int bytes = length - LONG_FORM;
    if (bytes == 0 || bytes > Integer.BYTES) {
      return Conversation.FOREIGN;
    } else if (there < 2 + bytes) {
      return Conversation.UNKNOWN;
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << Byte.SIZE | first.getUnsignedByte(at + 2 + i);
    }
    return value > Conversation.LONGEST ? Conversation.FOREIGN : 2 + bytes + (int) value;
  }

  /**
   * Reads one element.
   *
   * @return its contents
   * @throws CorruptedFrameException when it has another tag
   * @throws BufferUnderflowException when it ends before it should
   */
  static ByteBuffer element(ByteBuffer from, int tag) {
    int found = Byte.toUnsignedInt(from.get());
    if (found != tag) {
      throw new CorruptedFrameException("tag 0x%02x, expected 0x%02x".formatted(found, tag));
    }
    int length = contentLength(from);
    if (length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    ByteBuffer contents = from.slice(from.position(), length);
    from.position(from.position() + length);
    return contents;
  }

  private static int contentLength(ByteBuffer from) {
    int length = Byte.toUnsignedInt(from.get());
    if (length < LONG_FORM) {
      return length;
    }
    int bytes = length - LONG_FORM;
    if (bytes == 0 || bytes > Integer.BYTES) {
      throw new CorruptedFrameException("a length of " + bytes + " bytes");
    }
    return (int) Math.min(Integer.MAX_VALUE, unsigned(from, bytes));
  }

  private static long unsigned(ByteBuffer from, int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value = value << Byte.SIZE | Byte.toUnsignedInt(from.get());
    }
    return value;
  }

  /** Reads a whole number; LDAP has none below 0 or above 2³¹−1. */
  static int number(ByteBuffer from, int tag) {
    ByteBuffer contents = element(from, tag);
    int bytes = contents.remaining();
    if (bytes == 0 || bytes > Integer.BYTES || contents.get(0) < 0) {
      throw new CorruptedFrameException("a number of " + bytes + " bytes");
    }
    return (int) unsigned(contents, bytes);
  }

  /** An element with such contents; releases them. */
  static ByteBuf write(int tag, ByteBuf contents) {
    int length = contents.readableBytes();
    ByteBuf element = contents.alloc().buffer(length + 4);
    element.writeByte(tag);
    if (length < LONG_FORM) {
      element.writeByte(length);
    } else {
      element.writeByte(LONG_FORM + Short.BYTES).writeShort(length);
    }
    element.writeBytes(contents);
    contents.release();
    return element;
  }
}
