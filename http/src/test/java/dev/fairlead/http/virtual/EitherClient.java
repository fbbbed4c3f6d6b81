package dev.fairlead.http.virtual;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A client of either version, which sends one POST in steps, with a body of unknown length and trailers. */
final class EitherClient {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([2-5]\\d\\d) ");

  private final VirtualProxy proxy;
  private final String path;
  private final @Nullable Peer one;
  private final @Nullable H2Peer two;
  private final int id;

  private EitherClient(
      VirtualProxy proxy, String path, @Nullable Peer one, @Nullable H2Peer two, int id) {
    this.proxy = proxy;
    this.path = path;
    this.one = one;
    this.two = two;
    this.id = id;
  }

  static EitherClient connect(VirtualProxy proxy, boolean http2, String path) {
    if (!http2) {
      return new EitherClient(proxy, path, proxy.connect(), null, 0);
    }
    H2Peer peer = proxy.connectHttp2();
    return new EitherClient(proxy, path, null, peer, peer.next());
  }

  /** Another request, on a stream of the same connection where that is possible. */
  EitherClient beside(String otherPath) {
    return two == null
        ? connect(proxy, false, otherPath)
        : new EitherClient(proxy, otherPath, null, two, two.next());
  }

  String path() {
    return path;
  }

  private byte[] block() {
    return H2Frames.block(
        ":method", "POST", ":scheme", "http", ":path", path, ":authority", "a", "x-long", "y");
  }

  void headPart() {
    if (one != null) {
      proxy.send(one, "POST " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-En");
    } else if (two != null) {
      two.send(H2Frames.frame(H2Frames.HEADERS, 0, id, Arrays.copyOf(block(), 10)));
    }
  }

  void headRest() {
    if (one != null) {
      proxy.send(one, "coding: chunked\r\n\r\n");
    } else if (two != null) {
      byte[] rest = Arrays.copyOfRange(block(), 10, block().length);
      two.send(H2Frames.frame(H2Frames.CONTINUATION, H2Frames.END_HEADERS, id, rest));
    }
  }

  void bodyPart() {
    if (one != null) {
      proxy.send(one, "5\r\nhello\r\n");
    } else if (two != null) {
      two.data(id, false, "hello");
    }
  }

  void bodyEnd() {
    if (one != null) {
      proxy.send(one, "0\r\nx: y\r\n\r\n");
    } else if (two != null) {
      two.trailers(id, "x", "y");
    }
  }

  void all() {
    headPart();
    headRest();
    bodyPart();
    bodyEnd();
  }

  void close() {
    if (one != null) {
      proxy.close(one);
    } else if (two != null) {
      two.close();
    }
  }

  void reset() {
    if (two != null) {
      two.reset(id, Http2Error.CANCEL);
    }
  }

  boolean open() {
    return one != null ? one.open() : two != null && two.open();
  }

  /** What the connection was told before it ended: HTTP/2 only. */
  String goneAway() {
    return two == null ? "nothing" : two.goneAway();
  }

  /** The status that came, and {@code whole}, {@code cut}, or the code of a reset where one has come. */
  String seen() {
    return two != null ? seenOnStream(two) : seenAsText(one == null ? "" : one.received());
  }

  private String seenOnStream(H2Peer peer) {
    int status = peer.status(id);
    boolean whole = peer.on(id).stream().anyMatch(text -> text.endsWith(" END"));
    String last = peer.last(id);
    String end = whole ? " whole" : last.startsWith("RST ") ? " " + last : open() ? "" : " cut";
    return status == 0 ? end.strip() : status + end;
  }

  private String seenAsText(String text) {
    MatchResult head = STATUS.matcher(text).results().findFirst().orElse(null);
    if (head == null) {
      return "";
    }
    String answer = text.substring(head.start());
    boolean chunked = answer.contains("chunked");
    boolean whole = chunked
        ? answer.endsWith("\r\n0\r\nz: w\r\n\r\n")
        : answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1).length > 0;
    return head.group(1) + (whole ? " whole" : open() ? "" : " cut");
  }
}
