package dev.fairlead.http.internal.h1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The bytes of a head, or of a trailer section, and where its current line lies. Fed in pieces of any size;
 * the verdict depends on the bytes only, never on where they were cut. Used again for the next head; on one
 * event loop only.
 */
final class Lines {
  static final int MORE = 0;
  static final int LINE = 1;
  static final int FAULT = 2;

  private static final int FIRST_SIZE = 1024;
  private static final int KEPT_SIZE = 8 * 1024;
  private static final byte[] CRLF = Ascii.bytes("\r\n");

  private byte[] bytes = new byte[FIRST_SIZE];
  private int length;
  private int scanned;
  private int lineStart;
  private int lineEnd;
  private boolean cr;
  private Fault fault = Fault.BAD;

  void reset() {
    length = 0;
    scanned = 0;
    lineStart = 0;
    lineEnd = 0;
    cr = false;
    if (bytes.length > KEPT_SIZE) {
      bytes = new byte[FIRST_SIZE];
    }
  }

  /** Becomes what other ones are. Only while there are none. */
  void copy(Lines other) {
    append(other.bytes, 0, other.length);
    scanned = other.scanned;
    lineStart = other.lineStart;
    lineEnd = other.lineEnd;
    cr = other.cr;
  }

  /**
   * Takes bytes up to the end of the next line.
   *
   * @param in what was received; read up to the line's end, or to its own end
   * @param most how many bytes the line may have, its end included
   * @param tooLong the fault when it has more
   * @param relaxed what passes
   * @return {@link #MORE}, {@link #LINE} or {@link #FAULT}
   */
  int read(ByteBuf in, int most, Fault tooLong, Relaxed relaxed) {
    int limit = lineStart + most;
    take(in, limit);
    int stop = Math.min(length, limit);
    byte[] b = bytes;
    for (int i = scanned; i < stop; i++) {
      byte c = b[i];
      if (c == '\n') {
        if (!cr && !relaxed.bareLf()) {
          return fault(Fault.BAD);
        }
        lineEnd = cr ? i - 1 : i;
        if (!cr) {
          endAnew(i);
        }
        cr = false;
        scanned = lineEnd + 2;
        return LINE;
      }
      if (cr) {
        return fault(Fault.BAD);
      }
      if (c == '\r') {
        cr = true;
      } else if (!Ascii.isText(c)) {
        return fault(Fault.BAD);
      }
    }
    scanned = stop;
    return stop == limit ? fault(tooLong) : MORE;
  }

  /** The last line ends with a line feed alone: it gets an end that all understand. */
  private void endAnew(int at) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, length * 2);
    }
    bytes[at] = '\r';
    bytes[at + 1] = '\n';
    length++;
  }

  private void take(ByteBuf in, int limit) {
    int wanted = Math.min(in.readableBytes(), limit - length);
    if (wanted <= 0) {
      return;
    }
    int at = in.indexOf(in.readerIndex(), in.readerIndex() + wanted, (byte) '\n');
    int n = at < 0 ? wanted : at + 1 - in.readerIndex();
    if (length + n > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + n, bytes.length * 2));
    }
    in.readBytes(bytes, length, n);
    length += n;
  }

  /** The line was seen to: the next one begins. */
  void next() {
    lineStart = scanned;
  }

  /** The line is as if it had never been there. */
  void drop() {
    length = lineStart;
    scanned = lineStart;
  }

  /** {@return {@link #FAULT}, once it is said what is wrong} */
  int fault(Fault what) {
    fault = what;
    return FAULT;
  }

  Fault fault() {
    return fault;
  }

  /** Where the current line begins. */
  int start() {
    return lineStart;
  }

  /** Where the current line ends, before its CRLF. */
  int end() {
    return lineEnd;
  }

  boolean empty() {
    return lineStart == lineEnd;
  }

  /** {@return bytes received so far} */
  int length() {
    return length;
  }

  byte[] bytes() {
    return bytes;
  }

  String text(int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  /** Whether the block begins with some bytes. */
  boolean startsWith(byte[] wanted) {
    return Arrays.equals(bytes, 0, Math.min(length, wanted.length), wanted, 0, wanted.length);
  }

  /** Adds bytes of a line that did not come as text. */
  void append(byte[] from, int at, int n) {
    if (length + n > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + n, bytes.length * 2));
    }
    System.arraycopy(from, at, bytes, length, n);
    length += n;
  }

  /** Ends the line that was appended; it is now the current one, as if it had been read. */
  void endAppended() {
    append(CRLF, 0, CRLF.length);
    lineEnd = length - CRLF.length;
    scanned = length;
  }

  /**
   * Puts a line of ours in place of the empty one behind all others, as if it had been received.
   *
   * @param line with its CRLF
   */
  void replaceEmpty(byte[] line) {
    length = lineStart;
    append(line, 0, line.length);
    scanned = length;
    lineEnd = length - CRLF.length;
  }
}
