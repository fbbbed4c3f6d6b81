package dev.fairlead.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** LDAPv3 (RFC 4511): a simple bind, its answer, an unbind. */
final class LdapConversation extends Conversation {
  private static final int BIND = 1;
  private static final int UNBIND = 2;
  private static final int BIND_REQUEST = 0x60;
  private static final int BIND_RESPONSE = 0x61;
  private static final int UNBIND_REQUEST = 0x42;
  private static final int EXTENDED_RESPONSE = 0x78;
  private static final int SIMPLE = 0x80;
  private static final int VERSION = 3;

  /** The answers that a bind may get, by the names of RFC 4511, appendix A. */
  private static final Map<Integer, String> NAMES = Map.ofEntries(
      Map.entry(1, "operationsError"),
      Map.entry(2, "protocolError"),
      Map.entry(3, "timeLimitExceeded"),
      Map.entry(7, "authMethodNotSupported"),
      Map.entry(8, "strongerAuthRequired"),
      Map.entry(10, "referral"),
      Map.entry(11, "adminLimitExceeded"),
      Map.entry(13, "confidentialityRequired"),
      Map.entry(14, "saslBindInProgress"),
      Map.entry(32, "noSuchObject"),
      Map.entry(34, "invalidDNSyntax"),
      Map.entry(48, "inappropriateAuthentication"),
      Map.entry(49, "invalidCredentials"),
      Map.entry(50, "insufficientAccessRights"),
      Map.entry(51, "busy"),
      Map.entry(52, "unavailable"),
      Map.entry(53, "unwillingToPerform"),
      Map.entry(80, "other"));

  private final String dn;
  private final String password;

  LdapConversation(String dn, String password) {
    super("LDAP");
    this.dn = dn;
    this.password = password;
  }

  @Override
  void begin(ChannelHandlerContext ctx) {
    ByteBuf bind = number(ctx, VERSION);
    bind = append(bind, text(ctx, Ber.OCTET_STRING, dn));
    bind = append(bind, text(ctx, SIMPLE, password));
    send(ctx, message(ctx, BIND, Ber.write(BIND_REQUEST, bind)));
  }

  @Override
  int length(ByteBuf first) {
    return Ber.length(first, Ber.SEQUENCE);
  }

  @Override
  void heard(ChannelHandlerContext ctx, ByteBuffer message) {
    ByteBuffer contents = Ber.element(message, Ber.SEQUENCE);
    int id = Ber.number(contents, Ber.INTEGER);
    if (id == 0) {
      String why = result(Ber.element(contents, EXTENDED_RESPONSE));
      end(ctx, Verdict.fail("disconnects: " + why));
    } else if (id != BIND) {
      throw new CorruptedFrameException("message " + id + ", expected " + BIND);
    } else {
      ByteBuffer answer = Ber.element(contents, BIND_RESPONSE);
      String result = result(answer);
      ByteBuf nothing = ctx.alloc().buffer();
      send(ctx, message(ctx, UNBIND, Ber.write(UNBIND_REQUEST, nothing)));
      end(ctx, result.isEmpty() ? Verdict.pass("bound") : Verdict.fail(result));
    }
  }

  /** Empty for success, else for example {@code 51 busy: too many clients}. */
  private static String result(ByteBuffer answer) {
    int code = Ber.number(answer, Ber.ENUMERATED);
    var unused = Ber.element(answer, Ber.OCTET_STRING);
    String words = rest(Ber.element(answer, Ber.OCTET_STRING));
    if (code == 0) {
      return "";
    }
    String name = NAMES.get(code);
    return code + (name == null ? "" : " " + name) + (words.isEmpty() ? "" : ": " + words);
  }

  private static ByteBuf message(ChannelHandlerContext ctx, int id, ByteBuf operation) {
    return Ber.write(Ber.SEQUENCE, append(number(ctx, id), operation));
  }

  private static ByteBuf number(ChannelHandlerContext ctx, int value) {
    return Ber.write(Ber.INTEGER, ctx.alloc().buffer().writeByte(value));
  }

  private static ByteBuf text(ChannelHandlerContext ctx, int tag, String value) {
    return Ber.write(
        tag, ByteBufUtil.encodeString(ctx.alloc(), CharBuffer.wrap(value), StandardCharsets.UTF_8));
  }

  private static ByteBuf append(ByteBuf to, ByteBuf more) {
    to.writeBytes(more);
    more.release();
    return to;
  }
}
