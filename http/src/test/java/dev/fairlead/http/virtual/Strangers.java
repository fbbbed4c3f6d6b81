package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.StrictReader;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Duration;
import java.util.List;

/**
 * One stranger at a whole proxy on virtual time, and what must hold whatever it does: everything comes to an
 * end when time passes, nothing is kept or counted afterwards, no exception goes uncaught, and the good peers
 * get what they can read. What it does is drawn from any bytes by {@link Stranger}.
 */
public final class Strangers {
  private static final Duration MOMENT = Duration.ofSeconds(1);
  private static final String UPGRADE = "Connection: upgrade\r\nUpgrade: websocket\r\n";

  /** One kind of stranger. */
  @FunctionalInterface
  public interface Kind {
    /** Lets it do what it does, and checks what has become of it. */
    void meet(byte[] input);
  }

  private Strangers() {}

  /** A client that sends anything to a port of HTTP/1.1, with a good server behind. */
  public static void client(byte[] input) {
    Stranger stranger = new Stranger(input);
    try (Complaints complaints = Complaints.heard();
        VirtualProxy proxy = stranger.does(6) ? http2() : http1()) {
      GoodServers servers = new GoodServers(proxy, stranger.how(0, 3));
      Peer client = proxy.connect();
      for (byte[] piece : stranger.bytes()) {
        proxy.send(client, Stranger.text(piece));
        passes(stranger, proxy, servers);
      }
      if (stranger.does(3)) {
        proxy.close(client);
      }
      rest(proxy, servers, complaints);
      assertThat(client.open()).isFalse();
      // Answers to HEAD are not told from others here.
      if (client.received().startsWith("HTTP/1.") && !Stranger.text(input).contains("HEAD")) {
        readable("GET", client.received());
      }
    }
  }

  /** A server that answers a good client with anything. */
  public static void server(byte[] input) {
    Stranger stranger = new Stranger(input);
    String method = List.of("GET", "HEAD", "POST", "GET").get(stranger.how(0, 2));
    boolean upgrade = stranger.how(0, 2) == 3;
    try (Complaints complaints = Complaints.heard();
        VirtualProxy proxy = http1()) {
      Peer client = proxy.connect();
      H2Peer client2 = proxy.connectHttp2();
      if (stranger.does(2)) {
        client2.send(H2Peer.head(1, !method.equals("POST"), method, "/"), post(method));
      } else {
        String body = method.equals("POST") ? "Content-Length: 2\r\n\r\nhi" : "\r\n";
        String fields = upgrade ? UPGRADE : "";
        proxy.send(client, method + " / HTTP/1.1\r\nHost: a\r\n" + fields + body);
      }
      Peer server = proxy.servers().get(0);
      for (byte[] piece : stranger.bytes()) {
        proxy.send(server, Stranger.text(piece));
        if (stranger.does(5)) {
          proxy.advance(MOMENT);
        }
      }
      if (stranger.does(3)) {
        proxy.close(server);
      }
      GoodServers servers = new GoodServers(proxy, GoodServers.SILENT);
      Peer second = proxy.connect();
      proxy.send(second, "GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
      servers.serve();
      assertThat(new StrictReader(second.received()).response("GET", false).body())
          .isEqualTo("second");
      rest(proxy, servers, complaints);
      assertThat(client.open() || client2.open() || second.open()).isFalse();
      GoodServers.readable(client2);
      // One that asks nothing is told 408, with a body.
      readable(stranger.does(2) ? "GET" : method, client.received());
    }
  }

  /** A client that sends any frames of HTTP/2, with a good server behind. */
  public static void http2Client(byte[] input) {
    Stranger stranger = new Stranger(input);
    try (Complaints complaints = Complaints.heard();
        VirtualProxy proxy = stranger.does(6) ? http2() : http1()) {
      GoodServers servers = new GoodServers(proxy, stranger.how(0, 3));
      H2Peer client = H2Peer.client(() -> proxy.advance(Duration.ZERO));
      if (stranger.does(4)) {
        client.withoutGrants().withoutPongs();
      }
      proxy.connect(client);
      for (byte[] piece : stranger.frames()) {
        client.send(piece);
        passes(stranger, proxy, servers);
      }
      if (stranger.does(3)) {
        client.close();
      }
      rest(proxy, servers, complaints);
      assertThat(client.open()).isFalse();
      GoodServers.readable(client);
    }
  }

  /** A server that sends any frames of HTTP/2 to good clients. */
  public static void http2Server(byte[] input) {
    Stranger stranger = new Stranger(input);
    String method = List.of("GET", "HEAD", "POST", "GET").get(stranger.how(0, 2));
    String upgrade = stranger.how(0, 2) == 3 ? UPGRADE : "";
    try (Complaints complaints = Complaints.heard();
        VirtualProxy proxy = http2()) {
      Peer client = proxy.connect();
      H2Peer client2 = proxy.connectHttp2();
      if (stranger.does(2)) {
        client2.send(H2Peer.head(1, !method.equals("POST"), method, "/"), post(method));
      }
      String body = method.equals("POST") ? "Content-Length: 2\r\n\r\nhi" : "\r\n";
      proxy.send(client, method + " / HTTP/1.1\r\nHost: a\r\n" + upgrade + body);
      H2Peer server = proxy.http2Servers().get(0);
      if (stranger.does(4)) {
        server.withoutGrants().withoutPongs();
      }
      for (byte[] piece : stranger.frames()) {
        server.send(piece);
        if (stranger.does(5)) {
          proxy.advance(MOMENT);
        }
      }
      if (stranger.does(3)) {
        server.close();
      }
      GoodServers servers = new GoodServers(proxy, GoodServers.SILENT);
      Peer second = proxy.connect();
      proxy.send(second, "GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
      rest(proxy, servers, complaints);
      assertThat(client.open() || client2.open() || second.open()).isFalse();
      GoodServers.readable(client2);
      readable(method, client.received());
      readable("GET", second.received());
    }
  }

  private static byte[] post(String method) {
    return method.equals("POST") ? H2Frames.data(1, true, "hi") : new byte[0];
  }

  private static VirtualProxy http1() {
    return new VirtualProxy(
        VirtualNetwork.create(1, 1), b -> b.tunnelTimeout(Duration.ofMinutes(2)), f -> f);
  }

  private static VirtualProxy http2() {
    return VirtualProxy.toHttp2(
        b -> b.tunnelTimeout(Duration.ofMinutes(2)), f -> f, H2Frames.ENABLE_CONNECT_PROTOCOL, 1);
  }

  private static void passes(Stranger stranger, VirtualProxy proxy, GoodServers servers) {
    if (!stranger.does(7)) {
      servers.serve();
    }
    if (stranger.does(5)) {
      proxy.advance(MOMENT);
    }
  }

  /** Lets more time pass than anything may take, and looks whether anything is left. */
  private static void rest(VirtualProxy proxy, GoodServers servers, Complaints complaints) {
    for (int i = 0; i < 15; i++) {
      servers.serve();
      proxy.advance(i < 5 ? MOMENT : Duration.ofMinutes(1));
    }
    servers.serve();
    assertThat(proxy.balancer().backend("app").status().inFlight()).isZero();
    assertThat(proxy.failures()).isEmpty();
    assertThat(complaints.all()).isEmpty();
  }

  /** Whole responses, of which the last may be cut off, and anything behind a 101. */
  private static void readable(String method, String received) {
    StrictReader reader = new StrictReader(received);
    try {
      while (!reader.atEnd()) {
        if (reader.response(method, true).status() == 101) {
          return;
        }
      }
    } catch (StrictReader.Unfinished e) {
      // It was told by the end of the connection.
    }
  }
}
