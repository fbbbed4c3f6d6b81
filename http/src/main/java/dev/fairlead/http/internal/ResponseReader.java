package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.BodyReader;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.ResponseHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Makes a response of the bytes that an HTTP/1 server sends. A head is lent only until it is complete. On
 * its event loop only.
 */
final class ResponseReader {
  /** A server that sends interim responses without end is taken for broken. */
  private static final int MOST_INTERIM = 64;

  /** Hears what was read. */
  interface Target {
    /** An interim response came; valid during the call. */
    void interim(ResponseHead head);

    /** The head came; valid during the call. */
    void head(ResponseHead head);

    /** A part of the body came; it is the target's. */
    void received(ByteBuf data);

    /**
     * The response has ended.
     *
     * @param trailers valid during the call; or null
     * @param more whether something came behind it
     */
    void complete(@Nullable Fields trailers, boolean more);

    /** Something that came behind a 101; it is the target's. */
    void upgraded(ByteBuf data);

    /** The response is malformed; nothing more is read. */
    void malformed();
  }

  private enum Stage {
    NONE,
    HEAD,
    BODY,
    UPGRADED
  }

  private final HttpLoop home;
  private final Target target;
  private final BodyReader body;
  private Stage stage = Stage.NONE;
  private @Nullable ResponseHead head;
  private boolean toHead;
  private boolean toConnect;
  private boolean begun;
  private boolean keepAlive;
  private boolean doubtful;
  private int interims;

  ResponseReader(HttpLoop home, Target target) {
    this.home = home;
    this.body = new BodyReader(home.trailers());
    this.target = target;
  }

  /**
   * A response is expected.
   *
   * @param newToHead whether to a HEAD, so that it has no body
   * @param newToConnect whether to a CONNECT, so that a tunnel follows its success
   */
  void expect(boolean newToHead, boolean newToConnect) {
    stage = Stage.HEAD;
    toConnect = newToConnect;
    toHead = newToHead;
    begun = false;
    keepAlive = false;
    doubtful = false;
    interims = 0;
  }

  /** {@return whether a byte of the response has come} */
  boolean begun() {
    return begun;
  }

  /** {@return whether the server will keep the connection, and where the response ends is beyond doubt} */
  boolean keepAlive() {
    return keepAlive;
  }

  /** {@return whether a 101 has come} */
  boolean upgraded() {
    return stage == Stage.UPGRADED;
  }

  /** Reads all that has come. */
  void read(ByteBuf in) {
    while (step(in)) {
      // until it has no more to say
    }
  }

  private boolean step(ByteBuf in) {
    return switch (stage) {
      case HEAD -> in.isReadable() && readHead(in);
      case BODY -> readBody(in);
      case UPGRADED -> {
        if (in.isReadable()) {
          target.upgraded(in.readRetainedSlice(in.readableBytes()));
        }
        yield false;
      }
      case NONE -> false;
    };
  }

  private boolean readHead(ByteBuf in) {
    begun = true;
    ResponseHead h = head;
    if (h == null) {
      h = home.lendResponseHead();
      head = h;
    }
    int result = h.read(in, home.settings().responseLimits(), toHead);
    if (result == ResponseHead.MORE) {
      return false;
    }
    if (result == ResponseHead.FAULT || (h.interim() && ++interims > MOST_INTERIM)) {
      target.malformed();
      return false;
    }
    doubtful |= h.doubtful();
    if (h.interim()) {
      target.interim(h);
      h.reset();
      return true;
    }
    if (h.status() == 101 || (toConnect && h.success())) {
      stage = Stage.UPGRADED;
    } else {
      stage = Stage.BODY;
      body.begin(h.body(), h.contentLength());
      keepAlive = h.keepAlive() && h.body() != Body.UNTIL_CLOSE && !doubtful;
    }
    boolean kept = stage == Stage.BODY && h.body() == Body.CHUNKED; // it says which trailers pass
    if (!kept) {
      head = null;
    }
    target.head(h);
    if (!kept) {
      home.giveBack(h);
    }
    return true;
  }

  private boolean readBody(ByteBuf in) {
    int n = body.next(in, home.settings().responseLimits());
    if (n > 0) {
      target.received(in.readRetainedSlice(n));
      return true;
    }
    if (n == BodyReader.END) {
      end(in.isReadable());
    } else if (n == BodyReader.FAULT) {
      target.malformed();
    }
    return false;
  }

  private void end(boolean more) {
    Fields trailers = body.takeTrailers();
    ResponseHead h = head;
    if (trailers != null && h != null) {
      h.dropHopByHop(trailers);
    }
    reset();
    target.complete(trailers, more);
    home.trailers().giveBack(trailers);
  }

  /**
   * The server will send no more.
   *
   * @return whether that was the regular end of the response
   */
  boolean inputEnded() {
    if (stage == Stage.BODY && body.endsWithConnection()) {
      end(false);
      return true;
    }
    return false;
  }

  /** No response is expected any more; nothing is held. */
  void reset() {
    stage = Stage.NONE;
    body.reset();
    ResponseHead h = head;
    head = null;
    if (h != null) {
      home.giveBack(h);
    }
  }
}
