package dev.fairlead.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * MySQL's client/server protocol, as MariaDB speaks it too: greeting, login without a password, leave.
 * A login is answered to its end, whatever method the server asks for: to break it off would count
 * against this host.
 */
final class MysqlConversation extends Conversation {
  private static final int HEAD = 4;
  private static final int HANDSHAKE = 10;
  private static final int LOGGED_IN = 0;
  private static final int SWITCH_METHOD = 0xFE;
  private static final int ERROR = 0xFF;
  private static final byte QUIT = 1;

  private static final int LONG_PASSWORD = 1;
  private static final int PROTOCOL_4_1 = 1 << 9;
  private static final int SECURE_CONNECTION = 1 << 15;
  private static final int PLUGIN_AUTH = 1 << 19;
  private static final int LARGEST_PACKET = 1 << 24;
  private static final int UTF8 = 33;

  /** Versions of MariaDB begin with it, for old replicas. */
  private static final String FOR_REPLICAS = "5.5.5-";

  private final @Nullable String user;

  /** Null until the server has greeted. */
  private @Nullable String version;

  MysqlConversation(@Nullable String user) {
    super("MySQL");
    this.user = user;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    awaits("no greeting");
  }

  @Override
  int length(ByteBuf first) {
    if (first.readableBytes() < HEAD) {
      return UNKNOWN;
    }
    int length = first.getUnsignedMediumLE(first.readerIndex());
    return length == 0 ? FOREIGN : HEAD + length;
  }

  @Override
  void heard(ChannelHandlerContext ctx, ByteBuffer packet) {
    packet.order(ByteOrder.LITTLE_ENDIAN).position(HEAD);
    int sequence = packet.get(HEAD - 1);
    int kind = Byte.toUnsignedInt(packet.get());
    if (kind == ERROR) {
      end(ctx, Verdict.fail(error(packet)));
    } else if (version == null) {
      greeted(ctx, kind, packet);
    } else if (kind == LOGGED_IN) {
      send(ctx, packet(ctx, 0, ctx.alloc().buffer().writeByte(QUIT)));
      end(ctx, Verdict.pass("version " + version));
    } else if (kind == SWITCH_METHOD) {
      String method = packet.hasRemaining() ? text(packet) : "";
      send(ctx, packet(ctx, sequence + 1, noPassword(ctx, method)));
    } else {
      throw new CorruptedFrameException("a packet of kind " + kind + " to the login");
    }
  }

  private void greeted(ChannelHandlerContext ctx, int kind, ByteBuffer greeting) {
    if (kind != HANDSHAKE) {
      throw new CorruptedFrameException("handshake of version " + kind);
    }
    String found = text(greeting);
    version = found.startsWith(FOR_REPLICAS) ? found.substring(FOR_REPLICAS.length()) : found;
    if (user == null) {
      end(ctx, Verdict.pass("version " + version));
      return;
    }
    skip(greeting, 4 + 8 + 1); // connection id, first part of the challenge, filler
    int low = Short.toUnsignedInt(greeting.getShort());
    if ((low & PROTOCOL_4_1) == 0) {
      throw new CorruptedFrameException("a protocol before 4.1");
    }
    skip(greeting, 1 + 2); // character set, status
    awaits("no answer to the login");
    int capabilities = low | Short.toUnsignedInt(greeting.getShort()) << 16;
    int challenge = Byte.toUnsignedInt(greeting.get());
    skip(greeting, 10);
    send(ctx, packet(ctx, 1, login(ctx, user, method(greeting, capabilities, challenge))));
  }

  /** How the server would have users log in, or null from before it could say. */
  private static @Nullable String method(ByteBuffer greeting, int capabilities, int challenge) {
    if ((capabilities & PLUGIN_AUTH) == 0) {
      return null;
    }
    skip(greeting, Math.max(13, challenge - 8));
    return text(greeting);
  }

  private static ByteBuf login(ChannelHandlerContext ctx, String user, @Nullable String method) {
    int capabilities = LONG_PASSWORD | PROTOCOL_4_1 | SECURE_CONNECTION;
    ByteBuf login = ctx.alloc().buffer();
    login.writeIntLE(method == null ? capabilities : capabilities | PLUGIN_AUTH);
    login.writeIntLE(LARGEST_PACKET).writeByte(UTF8).writeZero(23);
    ByteBufUtil.writeUtf8(login, user);
    login.writeZero(1).writeByte(0); // the password's length
    if (method != null) {
      ByteBufUtil.writeUtf8(login, method);
      login.writeZero(1);
    }
    return login;
  }

  /** The methods with SHA-256 take a zero byte for no password, the others nothing at all. */
  private static ByteBuf noPassword(ChannelHandlerContext ctx, String method) {
    ByteBuf answer = ctx.alloc().buffer();
    return method.contains("sha2") ? answer.writeZero(1) : answer;
  }

  private static ByteBuf packet(ChannelHandlerContext ctx, int sequence, ByteBuf payload) {
    ByteBuf head = ctx.alloc().buffer(HEAD, HEAD);
    head.writeMediumLE(payload.readableBytes()).writeByte(sequence);
    return ctx.alloc().compositeBuffer(2).addComponents(true, head, payload);
  }

  /** For example {@code 1040 Too many connections}, without the SQL state. */
  private static String error(ByteBuffer packet) {
    int number = Short.toUnsignedInt(packet.getShort());
    if (packet.hasRemaining() && packet.get(packet.position()) == '#') {
      skip(packet, 6);
    }
    return number + " " + rest(packet);
  }

  private static void skip(ByteBuffer in, int count) {
    if (in.remaining() < count) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + count);
  }
}
