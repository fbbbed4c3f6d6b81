package dev.fairlead.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's protocol 3.0, up to the end of its start-up phase. */
final class PostgresConversation extends Conversation {
  private static final int PROTOCOL_3_0 = 3 << 16;
  private static final int HEAD = 5;
  private static final String FIRST_ANSWERS = "REvN";
  private static final String LATER_ANSWERS = "SKZEN";

  private final String user;
  private final String database;
  private @Nullable String version;
  private boolean letIn;

  PostgresConversation(String user, String database) {
    super("PostgreSQL");
    this.user = user;
    this.database = database;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    ByteBuf startup = ctx.alloc().buffer();
    startup.writeInt(0).writeInt(PROTOCOL_3_0);
    for (String word :
        List.of("user", user, "database", database, "application_name", "fairlead", "")) {
      ByteBufUtil.writeUtf8(startup, word);
      startup.writeByte(0);
    }
    startup.setInt(0, startup.readableBytes());
    send(ctx, startup);
  }

  @Override
  int length(ByteBuf first) {
    char type = (char) first.getUnsignedByte(first.readerIndex());
    if ((letIn ? LATER_ANSWERS : FIRST_ANSWERS).indexOf(type) < 0) {
      return FOREIGN;
    } else if (first.readableBytes() < HEAD) {
      return UNKNOWN;
    }
    int length = first.getInt(first.readerIndex() + 1);
    return length < Integer.BYTES ? FOREIGN : 1 + Math.min(length, LONGEST);
  }

  @Override
  void heard(ChannelHandlerContext ctx, ByteBuffer message) {
    byte type = message.get();
    message.getInt();
    switch (type) {
      case 'R' -> authentication(ctx, message);
      case 'E' -> end(ctx, Verdict.fail(error(message)));
      case 'S' -> parameter(text(message), text(message));
      case 'Z' -> ready(ctx);
      default -> {
        // a notice, or the key for cancelling
      }
    }
  }

  private void authentication(ChannelHandlerContext ctx, ByteBuffer request) {
    int kind = request.getInt();
    switch (kind) {
      case 0 -> {
        letIn = true;
        awaits("let in, but not ready");
      }
      case 2 -> asks(ctx, "Kerberos");
      case 3 -> asks(ctx, "password");
      case 5 -> asks(ctx, "password, MD5");
      case 7 -> asks(ctx, "GSSAPI");
      case 9 -> asks(ctx, "SSPI");
      case 10 -> asks(ctx, "password, " + String.join(" or ", mechanisms(request)));
      default -> throw new CorruptedFrameException("authentication of kind " + kind);
    }
  }

  /** The server says nothing in its log when a client leaves now without a word; a word would be odd. */
  private void asks(ChannelHandlerContext ctx, String what) {
    end(ctx, Verdict.pass("asks for authentication: " + what));
  }

  private static List<String> mechanisms(ByteBuffer names) {
    List<String> mechanisms = new ArrayList<>();
    for (String name = text(names); !name.isEmpty(); name = text(names)) {
      mechanisms.add(name);
    }
    return mechanisms;
  }

  private void parameter(String name, String value) {
    if (name.equals("server_version")) {
      version = value;
    }
  }

  private void ready(ChannelHandlerContext ctx) {
    send(ctx, ctx.alloc().buffer().writeByte('X').writeInt(Integer.BYTES));
    end(ctx, Verdict.pass(version == null ? "ready" : "ready, version " + version));
  }

  /** For example {@code FATAL 57P03: the database system is starting up}. */
  static String error(ByteBuffer fields) {
    String severity = "";
    String code = "";
    String words = "";
    for (byte field = fields.get(); field != 0; field = fields.get()) {
      String value = text(fields);
      switch (field) {
        case 'S' -> severity = value;
        case 'C' -> code = value;
        case 'M' -> words = value;
        default -> {
          // where in the server's source, and the like
        }
      }
    }
    return (severity + " " + code).strip() + ": " + words;
  }
}
