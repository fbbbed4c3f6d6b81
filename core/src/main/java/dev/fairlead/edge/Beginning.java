package dev.fairlead.edge;

import dev.fairlead.spi.Connection;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Conditions on how a client's first bytes begin: open while they may come to begin so. */
sealed interface Beginning extends Condition {
  /** Looks at what has come so far, as if more of it were on the way. */
  Answer look(ByteBuf first);

  @Override
  default Needs needs() {
    return Needs.FIRST_BYTES;
  }

  @Override
  default Answer ask(Connection connection) {
    Answer answer = look(connection.firstBytes());
    return answer == Answer.OPEN && connection.firstBytesEnded() ? Answer.NO : answer;
  }

  record Prefix(ByteBuffer bytes) implements Beginning {
    @Override
    public Answer look(ByteBuf first) {
      return compare(first, first.readerIndex(), bytes);
    }

    /** Whether a buffer has certain bytes at some place. */
    static Answer compare(ByteBuf in, int from, ByteBuffer wanted) {
      int come = Math.min(in.writerIndex() - from, wanted.limit());
      for (int i = 0; i < come; i++) {
        if (in.getByte(from + i) != wanted.get(i)) {
          return Answer.NO;
        }
      }
      return come == wanted.limit() ? Answer.YES : Answer.OPEN;
    }

    @Override
    public String toString() {
      String text = StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
      boolean readable = text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"');
      byte[] copy = new byte[bytes.limit()];
      bytes.get(0, copy);
      return "firstBytes(" + (readable ? '"' + text + '"' : HexFormat.of().formatHex(copy)) + ")";
    }
  }

  /** The request line of RFC 9112 §3 up to its version, or the preface of RFC 9113 §3.4. */
  record Http() implements Beginning {
    private static final ByteBuffer PREFACE = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    private static final ByteBuffer VERSION = ascii(" HTTP/1.");
    private static final int LONGEST_METHOD = 32;

    private static ByteBuffer ascii(String text) {
      return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    }

    @Override
    public Answer look(ByteBuf first) {
      Answer http2 = Prefix.compare(first, first.readerIndex(), PREFACE);
      return http2 == Answer.NO ? requestLine(first) : http2;
    }

    private static Answer requestLine(ByteBuf in) {
      int start = in.readerIndex();
      int end = in.writerIndex();
      int at = start;
      while (at < end && isTokenCharacter(in.getByte(at))) {
        at++;
      }
      if (at - start > LONGEST_METHOD) {
        return Answer.NO;
      }
      if (at == end) {
        return Answer.OPEN;
      }
      int target = at + 1;
      if (at == start || in.getByte(at) != ' ') {
        return Answer.NO;
      }
      at = target;
      while (at < end && isTargetByte(in.getByte(at))) {
        at++;
      }
      return at == target && at < end ? Answer.NO : Prefix.compare(in, at, VERSION);
    }

    private static boolean isTokenCharacter(byte b) {
      return (b >= 'a' && b <= 'z')
          || (b >= 'A' && b <= 'Z')
          || (b >= '0' && b <= '9')
          || (b > ' ' && "!#$%&'*+-.^_`|~".indexOf(b) >= 0);
    }

    private static boolean isTargetByte(byte b) {
      return (b > ' ' && b != 0x7f) || b < 0;
    }

    @Override
    public String toString() {
      return "plainHttp()";
    }
  }

  record Rdp() implements Beginning {
    @Override
    public Answer look(ByteBuf first) {
      return RdpRequest.look(first);
    }

    @Override
    public String toString() {
      return "rdp()";
    }
  }
}
