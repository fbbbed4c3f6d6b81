package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.StrictMessage;
import dev.fairlead.http.StrictReader;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.peer.WebSocketKey;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The servers behind a proxy, who understand what is right and bear nothing else: what they get must be
 * readable by {@link StrictReader}, or by Netty. Each answers in one of some ways; whoever asks for {@code
 * /second} gets that word.
 */
final class GoodServers {
  /** The kind of those that answer nothing but {@code /second}. */
  static final int SILENT = 7;

  private static final String LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: ";

  private final VirtualProxy proxy;
  private final int kind;
  private final List<Integer> answered = new ArrayList<>();
  private final Set<Peer> tunnels = new HashSet<>();
  private final Map<H2Peer, Set<Integer>> streams = new HashMap<>();

  GoodServers(VirtualProxy proxy, int kind) {
    this.proxy = proxy;
    this.kind = kind;
  }

  /** Answers all that has come, and reads the rest. */
  void serve() {
    boolean more = true;
    while (more) {
      more = false;
      for (int i = 0; i < proxy.servers().size(); i++) {
        more |= serve(i);
      }
      for (H2Peer peer : List.copyOf(proxy.http2Servers())) {
        more |= serve(peer);
      }
    }
  }

  private boolean serve(int index) {
    if (answered.size() == index) {
      answered.add(0);
    }
    Peer peer = proxy.servers().get(index);
    if (tunnels.contains(peer)) {
      return false;
    }
    StrictReader reader = new StrictReader(peer.received());
    int whole = 0;
    try {
      while (!reader.atEnd()) {
        StrictMessage request = reader.request();
        whole++;
        if (whole > answered.get(index)) {
          answered.set(index, whole);
          answer(peer, request);
          return true;
        }
      }
    } catch (StrictReader.Unfinished e) {
      // The rest may come, or the client has vanished.
    }
    return false;
  }

  private void answer(Peer peer, StrictMessage request) {
    String method = request.start().get(0);
    boolean head = method.equals("HEAD");
    if (request.start().get(1).equals("/second")) {
      proxy.send(peer, LENGTH + "6\r\n\r\n" + (head ? "" : "second"));
      return;
    }
    String plain = LENGTH + "2\r\n\r\n" + (head ? "" : "hi");
    switch (kind) {
      case 1 ->
        proxy.send(
            peer,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + (head ? "" : "2\r\nhi\r\n0\r\nX: y\r\n\r\n"));
      case 2 -> proxy.send(peer, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + plain);
      case 3 -> proxy.send(peer, "HTTP/1.1 204 No Content\r\n\r\n");
      case 4 -> {
        proxy.send(peer, "HTTP/1.1 200 OK\r\n\r\n" + (head ? "" : "hi"));
        proxy.close(peer);
      }
      case 5 -> {
        List<String> asked = request.all("Upgrade");
        if (asked.isEmpty()) {
          proxy.send(peer, plain);
        } else {
          tunnels.add(peer);
          List<String> keys = request.all("Sec-WebSocket-Key");
          String key = keys.isEmpty() ? "" : "\r\nSec-WebSocket-Key: " + keys.get(0);
          proxy.send(
              peer,
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n%s\r\nhello"
                  .formatted(asked.get(0), WebSocketKey.answer(key)));
        }
      }
      case 6 -> proxy.send(peer, LENGTH + "100000\r\n\r\n" + (head ? "" : "x".repeat(100_000)));
      case SILENT -> {}
      default -> proxy.send(peer, plain);
    }
  }

  private boolean serve(H2Peer peer) {
    assertThat(peer.on(0)).noneMatch(text -> text.startsWith("NO PREFACE"));
    readable(peer);
    Set<Integer> done = streams.computeIfAbsent(peer, p -> new HashSet<>());
    for (int id : peer.streams()) {
      List<String> frames = peer.on(id);
      boolean whole = frames.stream().anyMatch(text -> text.endsWith(" END"));
      boolean tunnel = frames.get(0).contains(":method=CONNECT");
      if ((whole || tunnel) && done.add(id)) {
        if (tunnel && kind == 4) {
          peer.answer(id, true, 403);
        } else {
          answer(peer, id, frames.get(0).contains(":path=/second"));
        }
        return true;
      }
    }
    return false;
  }

  private void answer(H2Peer peer, int id, boolean second) {
    switch (second ? 0 : kind) {
      case 1 -> {
        peer.answer(id, false, 200);
        peer.data(id, false, "hi");
        peer.trailers(id, "x", "y");
      }
      case 2 -> {
        peer.answer(id, false, 103, "link", "x");
        peer.answer(id, true, 200);
      }
      case 3 -> peer.answer(id, true, 204);
      case 4 -> peer.close();
      case 5 -> {
        peer.answer(id, false, 200);
        peer.send(H2Frames.reset(id, 2));
      }
      case 6 -> {
        peer.answer(id, false, 200);
        peer.data(id, false, 16_384);
        peer.data(id, true, 16_384);
      }
      case SILENT -> {}
      default -> {
        peer.answer(id, false, 200);
        peer.data(id, true, second ? "second" : "hi");
      }
    }
  }

  /** Whatever the proxy sends can be read. */
  static void readable(H2Peer peer) {
    assertThat(peer.frames()).noneMatch(frame -> frame.text().startsWith("UNREADABLE"));
  }
}
