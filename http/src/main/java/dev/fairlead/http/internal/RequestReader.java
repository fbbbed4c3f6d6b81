package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.BodyReader;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests of the bytes that an HTTP/1 client sends, one at a time. A head is lent while a request
 * is there; between requests it holds nothing. On its event loop only.
 */
final class RequestReader {
  /** Hears what was read. */
  interface Target {
    /** The first byte of a request has come. */
    void begun();

    /** A head is complete and valid. */
    void head(RequestHead head);

    /** A part of the body came; it is the target's. */
    void data(ByteBuf data);

    /** The request has ended; the trailers, or null, are valid during the call. */
    void end(@Nullable Fields trailers);

    /** The request is faulty; nothing more is read. */
    void faulty(RequestHead head, Rejection answer);
  }

  private enum Stage {
    BETWEEN,
    HEAD,
    BODY,
    ENDED
  }

  private final HttpLoop home;
  private final Target target;
  private final BodyReader body;
  private Stage stage = Stage.BETWEEN;
  private @Nullable RequestHead head;

  RequestReader(HttpLoop home, Target target) {
    this.home = home;
    this.body = new BodyReader(home.trailers());
    this.target = target;
  }

  /** {@return whether not a byte of a further request has come} */
  boolean between() {
    return stage == Stage.BETWEEN;
  }

  /** {@return whether a head has begun and is not complete} */
  boolean inHead() {
    return stage == Stage.HEAD;
  }

  /** {@return whether all of the request has come} */
  boolean ended() {
    return stage == Stage.ENDED;
  }

  /** {@return the head of the request that there is, or an empty one} */
  RequestHead head() {
    RequestHead h = head;
    if (h == null) {
      h = home.lendRequestHead();
      head = h;
    }
    return h;
  }

  /**
   * Reads one step on.
   *
   * @param in what was received
   * @return whether there may be more to read in it now
   */
  boolean read(ByteBuf in) {
    return switch (stage) {
      case BETWEEN, HEAD -> readHead(in);
      case BODY -> readBody(in);
      case ENDED -> false;
    };
  }

  private boolean readHead(ByteBuf in) {
    RequestHead h = head();
    Limits limits = home.settings().limits();
    int result = h.read(in, limits);
    if (stage == Stage.BETWEEN && (result != RequestHead.MORE || h.begun())) {
      stage = Stage.HEAD;
      target.begun();
    }
    if (result == RequestHead.MORE) {
      return false;
    }
    if (result == RequestHead.FAULT) {
      target.faulty(h, Rejection.of(h.fault()));
      return false;
    }
    stage = h.body() == Body.NONE ? Stage.ENDED : Stage.BODY;
    body.begin(h.body(), h.bodyLength());
    target.head(h);
    return true;
  }

  private boolean readBody(ByteBuf in) {
    int n = body.next(in, home.settings().limits());
    if (n > 0) {
      target.data(in.readRetainedSlice(n));
      if (stage == Stage.BODY && body.ended()) {
        endBody();
      }
      return true;
    }
    if (n == BodyReader.END) {
      endBody();
      return true;
    }
    if (n == BodyReader.FAULT) {
      target.faulty(Objects.requireNonNull(head), Rejection.ofBody(body.fault()));
    }
    return false;
  }

  private void endBody() {
    stage = Stage.ENDED;
    Fields trailers = body.takeTrailers();
    target.end(trailers);
    home.trailers().giveBack(trailers);
  }

  /** {@return the head of the request, the caller's from here on} */
  RequestHead takeHead() {
    RequestHead taken = head();
    head = null;
    return taken;
  }

  /** The request is over: the next one may begin. */
  void reset() {
    stage = Stage.BETWEEN;
    body.reset();
    RequestHead h = head;
    head = null;
    if (h != null) {
      home.giveBack(h);
    }
  }
}
