package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's protocol 3.0: the start-up, a login, and one simple query at the most. */
final class PostgresConversation extends Conversation {
  private static final int PROTOCOL_3_0 = 3 << 16;
  private static final int HEAD = 5;
  private static final int ITERATIONS_A_TURN = 500;
  private static final String FIRST_ANSWERS = "REvN";
  private static final String LATER_ANSWERS = "SKZEN";
  private static final String RESULTS = "SZENTDCI";

  private final PostgresQuestion question;
  private @Nullable Scram scram;
  private @Nullable String version;
  private @Nullable String answer;
  private boolean answered;
  private boolean proved;
  private boolean letIn;
  private boolean asked;

  PostgresConversation(PostgresQuestion question) {
    super("PostgreSQL");
    this.question = question;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    ByteBuf startup = ctx.alloc().buffer();
    startup.writeInt(0).writeInt(PROTOCOL_3_0);
    List<String> words = List.of(
        "user",
        question.user(),
        "database",
        question.database(),
        "application_name",
        "fairlead",
        "");
    for (String word : words) {
      ByteBufUtil.writeUtf8(startup, word);
      startup.writeByte(0);
    }
    startup.setInt(0, startup.readableBytes());
    send(ctx, startup);
  }

  @Override
  int length(ByteBuf first) {
    char type = (char) first.getUnsignedByte(first.readerIndex());
    String expected = asked ? RESULTS : letIn ? LATER_ANSWERS : FIRST_ANSWERS;
    if (expected.indexOf(type) < 0) {
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
      case 'R' -> authentication(ctx, message.getInt(), message);
      case 'E' -> leave(ctx, Verdict.fail(error(message)));
      case 'S' -> parameter(text(message), text(message));
      case 'D' -> row(message);
      case 'Z' -> ready(ctx);
      default -> {
        // a notice, the key for cancelling, or what surrounds the rows
      }
    }
  }

  private void authentication(ChannelHandlerContext ctx, int request, ByteBuffer rest) {
    String password = question.password();
    if (request == PostgresLogin.LET_IN) {
      if (scram != null && !proved) {
        throw new CorruptedFrameException("it lets in without knowing the password itself");
      }
      letIn = true;
      awaits("let in, but not ready");
    } else if (scram != null && request == PostgresLogin.SASL_CONTINUE) {
      scram.serverFirst(rest(rest));
      stretch(ctx, scram);
    } else if (scram != null && request == PostgresLogin.SASL_FINAL) {
      proved = scram.serverFinal(rest(rest));
    } else if (password == null) {
      // The server's log says nothing of a client that leaves now without a word.
      end(ctx, Verdict.pass("asks for authentication: " + PostgresLogin.kind(request, rest)));
    } else {
      logIn(ctx, request, rest, password);
    }
  }

  private void logIn(ChannelHandlerContext ctx, int request, ByteBuffer rest, String password) {
    if (answered) {
      throw new CorruptedFrameException("it asks for the password twice");
    }
    answered = true;
    Scram begun = new Scram(password);
    byte[] bytes =
        PostgresLogin.answer(request, rest.duplicate(), question.user(), password, begun);
    if (bytes == null) {
      String kind = PostgresLogin.kind(request, rest);
      end(ctx, Verdict.fail("asks for more than a password: " + kind));
      return;
    }
    scram = request == PostgresLogin.SASL ? begun : null;
    awaits("no answer to the login");
    send(ctx, message(ctx, 'p', bytes));
  }

  /** The server says how long it takes; other checks on this loop have their turns meanwhile. */
  private void stretch(ChannelHandlerContext ctx, Scram of) {
    if (of.stretch(ITERATIONS_A_TURN)) {
      send(ctx, message(ctx, 'p', of.clientFinal().getBytes(UTF_8)));
    } else if (ctx.channel().isActive()) {
      ctx.executor().execute(() -> stretch(ctx, of));
    }
  }

  private void parameter(String name, String value) {
    if (name.equals("server_version")) {
      version = value;
    }
  }

  private void row(ByteBuffer columns) {
    if (answer != null) {
      return;
    } else if (columns.getShort() < 1) {
      throw new CorruptedFrameException("a row without columns");
    }
    int length = columns.getInt();
    if (length > columns.remaining()) {
      throw new CorruptedFrameException("a column beyond its row");
    }
    answer = length < 0 ? "null" : rest(columns.slice(columns.position(), length));
  }

  private void ready(ChannelHandlerContext ctx) {
    String sql = question.sql();
    if (sql != null && !asked) {
      asked = true;
      awaits("no answer to the query");
      send(ctx, message(ctx, 'Q', (sql + '\0').getBytes(UTF_8)));
    } else if (sql == null) {
      leave(ctx, Verdict.pass(version == null ? "ready" : "ready, version " + version));
    } else {
      String found = answer == null ? "no row" : answer;
      String expected = String.valueOf(question.expected());
      leave(
          ctx,
          expected.equals(answer)
              ? Verdict.pass("answered " + found)
              : Verdict.fail("answered " + found).expected(expected));
    }
  }

  private void leave(ChannelHandlerContext ctx, Verdict verdict) {
    send(ctx, message(ctx, 'X', new byte[0]));
    end(ctx, verdict);
  }

  private static ByteBuf message(ChannelHandlerContext ctx, char type, byte[] contents) {
    return ctx.alloc()
        .buffer(HEAD + contents.length)
        .writeByte(type)
        .writeInt(Integer.BYTES + contents.length)
        .writeBytes(contents);
  }

  /** For example {@code FATAL 57P03: the database system is starting up}. */
  private static String error(ByteBuffer fields) {
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
