package dev.fairlead.http.virtual;

import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import io.netty.handler.codec.http2.Http2Error;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server of either version, which answers one request in steps, with a body of unknown length. */
final class EitherServer {
  private final VirtualProxy proxy;
  private final @Nullable Peer one;
  private final @Nullable H2Peer two;
  private final int id;

  private EitherServer(VirtualProxy proxy, @Nullable Peer one, @Nullable H2Peer two, int id) {
    this.proxy = proxy;
    this.one = one;
    this.two = two;
    this.id = id;
  }

  /** Whoever has got a request, each time that one has. */
  static List<EitherServer> of(VirtualProxy proxy, String path) {
    List<EitherServer> found = new ArrayList<>();
    for (Peer peer : proxy.servers()) {
      if (peer.received().contains("POST " + path + " ")) {
        found.add(new EitherServer(proxy, peer, null, 0));
      }
    }
    for (H2Peer peer : proxy.http2Servers()) {
      for (int id : peer.streams()) {
        if (peer.on(id).get(0).contains(":path=" + path + ",")) {
          found.add(new EitherServer(proxy, null, peer, id));
        }
      }
    }
    return found;
  }

  /** The one that has got it last. */
  static EitherServer last(VirtualProxy proxy, String path) {
    List<EitherServer> all = of(proxy, path);
    if (all.isEmpty()) {
      throw new AssertionError("no server has got " + path + ": " + proxy.http2Servers());
    }
    return all.get(all.size() - 1);
  }

  void interim() {
    if (one != null) {
      proxy.send(one, "HTTP/1.1 103 Early Hints\r\nlink: l\r\n\r\n");
    } else if (two != null) {
      two.answer(id, false, 103, "link", "l");
    }
  }

  void head() {
    if (one != null) {
      proxy.send(one, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    } else if (two != null) {
      two.answer(id, false, 200);
    }
  }

  void part() {
    if (one != null) {
      proxy.send(one, "2\r\nhi\r\n");
    } else if (two != null) {
      two.data(id, false, "hi");
    }
  }

  void last() {
    if (one != null) {
      proxy.send(one, "0\r\nz: ");
    } else if (two != null) {
      two.data(id, false, "!");
    }
  }

  void end() {
    if (one != null) {
      proxy.send(one, "w\r\n\r\n");
    } else if (two != null) {
      two.trailers(id, "z", "w");
    }
  }

  void all() {
    head();
    part();
    last();
    end();
  }

  void close() {
    if (one != null) {
      proxy.close(one);
    } else if (two != null) {
      two.close();
    }
  }

  void reset(Http2Error code) {
    if (two != null) {
      two.reset(id, code);
    }
  }

  /** It has looked at the streams before this one only. */
  void goAway() {
    if (two != null) {
      two.goAway(id - 2, Http2Error.NO_ERROR);
    }
  }

  /** Whether it has got the whole of the request, trailers included. */
  boolean gotAll() {
    return one != null
        ? one.received().endsWith("5\r\nhello\r\n0\r\nx: y\r\n\r\n")
        : two != null && two.body(id).equals("hello") && two.last(id).equals("HEADERS x=y END");
  }

  /** What it was told of the end of its request, and of its connection. */
  String told() {
    if (one != null) {
      return one.open() ? "nothing, open" : "closed";
    }
    if (two == null) {
      return "";
    }
    String last = two.last(id);
    return (last.startsWith("RST ") ? last : "nothing") + (two.open() ? ", open" : ", closed");
  }
}
