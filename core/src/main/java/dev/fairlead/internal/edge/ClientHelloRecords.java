package dev.fairlead.internal.edge;

import dev.fairlead.internal.edge.ClientHello.Bad;
import dev.fairlead.internal.edge.ClientHello.NeedMore;
import dev.fairlead.internal.edge.ClientHello.NotTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Finds the end of a ClientHello, which may be cut into TLS records anywhere, then has it read. Until then
 * only the heads of records and of the message are looked at.
 */
final class ClientHelloRecords {
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_HEAD = 5;
  private static final int MESSAGE_HEAD = 4;
  private static final int MAX_RECORD = 1 << 14;
  private static final Bad TOO_LONG =
      new Bad("ClientHello is longer than " + ClientHello.MAX_BYTES + " bytes");
  private static final Bad OTHER_RECORD = new Bad("another TLS record within the ClientHello");
  private static final Bad RECORD_LENGTH = new Bad("TLS record of bad length");
  private static final Bad OTHER_MESSAGE = new Bad("first message of TLS is no ClientHello");

  private ClientHelloRecords() {}

  static ClientHello read(ByteBuf in) {
    int start = in.readerIndex();
    int come = in.readableBytes();
    if ((come > 0 && in.getByte(start) != HANDSHAKE) || (come > 1 && in.getByte(start + 1) != 3)) {
      return NotTls.INSTANCE;
    }
    int end = start + Math.min(come, ClientHello.MAX_BYTES);
    int at = start;
    int message = 0; // how much of it the records so far have
    int length = Integer.MAX_VALUE; // of it, once its head is there
    while (end - at >= RECORD_HEAD) {
      if (in.getByte(at) != HANDSHAKE || in.getByte(at + 1) != 3) {
        return OTHER_RECORD;
      }
      int record = in.getUnsignedShort(at + 3);
      if (record == 0 || record > MAX_RECORD) {
        return RECORD_LENGTH;
      }
      at += RECORD_HEAD;
      message += Math.min(record, end - at);
      at += record;
      if (message > 0 && byteOf(in, start, 0) != CLIENT_HELLO) {
        return OTHER_MESSAGE;
      }
      if (message >= MESSAGE_HEAD && length == Integer.MAX_VALUE) {
        length = MESSAGE_HEAD + lengthOf(in, start);
      }
      if (length + RECORD_HEAD > ClientHello.MAX_BYTES && length != Integer.MAX_VALUE) {
        return TOO_LONG;
      }
      if (message >= length) {
        return whole(in, start, length);
      }
    }
    return come < ClientHello.MAX_BYTES ? NeedMore.INSTANCE : TOO_LONG;
  }

  private static int lengthOf(ByteBuf in, int start) {
    return byteOf(in, start, 1) << 16 | byteOf(in, start, 2) << 8 | byteOf(in, start, 3);
  }

  /** One of the message's bytes, which has come. */
  private static int byteOf(ByteBuf in, int start, int index) {
    int at = start;
    int before = 0;
    int record = in.getUnsignedShort(at + 3);
    while (before + record <= index) {
      before += record;
      at += RECORD_HEAD + record;
      record = in.getUnsignedShort(at + 3);
    }
    return in.getUnsignedByte(at + RECORD_HEAD + index - before);
  }

  private static ClientHello whole(ByteBuf in, int start, int length) {
    if (length <= in.getUnsignedShort(start + 3)) {
      int body = start + RECORD_HEAD + MESSAGE_HEAD;
      return new ClientHelloMessage(in, body, start + RECORD_HEAD + length).read();
    }
    byte[] message = new byte[length];
    int at = start;
    int copied = 0;
    while (copied < length) {
      int part = Math.min(in.getUnsignedShort(at + 3), length - copied);
      in.getBytes(at + RECORD_HEAD, message, copied, part);
      copied += part;
      at += RECORD_HEAD + part;
    }
    return new ClientHelloMessage(Unpooled.wrappedBuffer(message), MESSAGE_HEAD, length).read();
  }
}
