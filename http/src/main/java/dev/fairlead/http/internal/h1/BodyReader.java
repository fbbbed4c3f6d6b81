package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the data of a body among the received bytes, and where the body ends. Chunk sizes, extensions and
 * trailers are parsed strictly; extensions are bounded and dropped. Used again for the next body; on one
 * event loop only.
 */
public final class BodyReader {
  /** More bytes are needed. */
  public static final int MORE = 0;
  /** The body has ended. */
  public static final int END = -1;
  /** The framing is malformed. */
  public static final int FAULT = -2;

  /** A chunk-size line: its digits, and extensions that nobody uses. */
  private static final int MOST_LINE = 512;
  /** 60 bits: sums cannot overflow. */
  private static final int MOST_DIGITS = 15;

  private enum State {
    DATA,
    SIZE,
    EXTENSION,
    SIZE_LF,
    CHUNK,
    CHUNK_CR,
    CHUNK_LF,
    TRAILERS,
    FOREVER,
    END
  }

  private final SpareFields spares;
  private State state = State.END;
  private long left;
  private int digits;
  private int line;
  private int extension;
  private @Nullable Fields trailers;
  private Fault fault = Fault.BAD;

  /**
   * A reader of nothing.
   *
   * @param spares where trailers are lent from
   */
  public BodyReader(SpareFields spares) {
    this.spares = spares;
  }

  /**
   * Begins a body.
   *
   * @param body how it is delimited
   * @param length its length, when delimited by one
   */
  public void begin(Body body, long length) {
    left = length;
    dropTrailers();
    switch (body) {
      case NONE -> state = State.END;
      case LENGTH -> state = State.DATA;
      case CHUNKED -> beginSize();
      case UNTIL_CLOSE -> state = State.FOREVER;
    }
  }

  /**
   * Goes on to the next data. The caller must take exactly the returned number of bytes before the next
   * call.
   *
   * @param in what was received; framing is read over
   * @param limits of trailers
   * @return how many bytes at the reader's index are data; or {@link #MORE}, {@link #END}, {@link #FAULT}
   */
  public int next(ByteBuf in, Limits limits) {
    while (true) {
      switch (state) {
        case END -> {
          return END;
        }
        case DATA, CHUNK -> {
          return data(in);
        }
        case FOREVER -> {
          return in.readableBytes();
        }
        case TRAILERS -> {
          return trailers(in, limits);
        }
        default -> {
          if (!in.isReadable()) {
            return MORE;
          }
          if (!framing(in.readByte())) {
            return FAULT;
          }
        }
      }
    }
  }

  private int data(ByteBuf in) {
    int n = (int) Math.min(left, in.readableBytes());
    left -= n;
    if (left == 0) {
      state = state == State.CHUNK ? State.CHUNK_CR : State.END;
    }
    return n;
  }

  private boolean framing(byte c) {
    if (++line > MOST_LINE) {
      return false;
    }
    switch (state) {
      case SIZE -> {
        return size(c);
      }
      case SIZE_LF -> {
        if (c != '\n') {
          return false;
        }
        state = left == 0 ? State.TRAILERS : State.CHUNK;
        line = 0;
        return true;
      }
      case CHUNK_CR -> {
        state = State.CHUNK_LF;
        return c == '\r';
      }
      case CHUNK_LF -> {
        beginSize();
        return c == '\n';
      }
      default -> {
        return extension(c);
      }
    }
  }

  private void beginSize() {
    state = State.SIZE;
    left = 0;
    digits = 0;
    line = 0;
  }

  private boolean size(byte c) {
    int digit = Ascii.hex(c);
    if (digit >= 0) {
      left = left << 4 | digit;
      return ++digits <= MOST_DIGITS;
    }
    if (digits == 0) {
      return false;
    }
    if (c == '\r') {
      state = State.SIZE_LF;
      return true;
    }
    state = State.EXTENSION;
    extension = ChunkExtension.BEGIN;
    return c == ';';
  }

  /** A line's end inside of quotes is where readers disagree: there it is a fault like any control. */
  private boolean extension(byte c) {
    if (c == '\r') {
      state = State.SIZE_LF;
      return ChunkExtension.mayEnd(extension);
    }
    extension = ChunkExtension.next(extension, c);
    return extension != ChunkExtension.FAULT;
  }

  private int trailers(ByteBuf in, Limits limits) {
    Fields t = trailers;
    if (t == null) {
      if (in.readableBytes() >= 2
          && in.getByte(in.readerIndex()) == '\r'
          && in.getByte(in.readerIndex() + 1) == '\n') {
        in.skipBytes(2);
        state = State.END;
        return END;
      }
      t = spares.lend();
      trailers = t;
    }
    while (true) {
      int most = limits.head() - t.lines().start();
      int result = t.lines().read(in, most, Fault.HEAD_TOO_LARGE, limits.relaxed());
      if (result == Lines.MORE) {
        return MORE;
      }
      if (result == Lines.FAULT) {
        return fault(t.fault());
      }
      if (t.lines().empty()) {
        state = State.END;
        return END;
      }
      if (t.addField(limits.fields(), limits.relaxed()) == Lines.FAULT) {
        return fault(t.fault());
      }
      if (Name.forbiddenInTrailers(t.name(t.count() - 1))) {
        return fault(Fault.BAD);
      }
    }
  }

  private int fault(Fault what) {
    fault = what;
    return FAULT;
  }

  /** {@return what is wrong} */
  public Fault fault() {
    return fault;
  }

  /** {@return whether the body has ended} */
  public boolean ended() {
    return state == State.END;
  }

  /** {@return whether the end of the connection is the end of the body} */
  public boolean endsWithConnection() {
    return state == State.FOREVER;
  }

  /** {@return the trailers, to be given back by the caller; or null when there are none} */
  public @Nullable Fields takeTrailers() {
    Fields t = trailers;
    if (t == null || t.count() == 0) {
      return null;
    }
    trailers = null;
    return t;
  }

  private void dropTrailers() {
    spares.giveBack(trailers);
    trailers = null;
  }

  /** Lets go of what it holds. */
  public void reset() {
    dropTrailers();
    state = State.END;
  }
}
