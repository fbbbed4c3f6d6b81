package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.http.peer.H2Frames;
import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.http.virtual.VirtualProxy.Peer;
import dev.fairlead.testkit.TestCertificates;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.handler.codec.http2.Http2Error;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The name that TLS asks a server for by {@code sniFromHost}, on connections that several requests wait for. It is
 * read where it goes in the clear: in the first message that the server gets, which it does not answer here.
 */
@Timeout(60)
final class AskedNameTest {
  private static final String ONE = "one.example";
  private static final String TWO = "two.example";
  private static final ServerTls TLS = ServerTls.of()
      .trust(TlsTrust.of(TestCertificates.authority("of names").certificate()))
      .provider(TlsProvider.JDK)
      .sniFromHost(true)
      .alpn("h2"); // sure to be shared

  private @Nullable VirtualProxy started;

  private VirtualProxy proxy(UnaryOperator<Server> server) {
    VirtualProxy proxy = new VirtualProxy(
        VirtualNetwork.create(1, 1),
        b -> b.retries(0).eachServer(s -> server.apply(s.tls(TLS))),
        f -> f);
    started = proxy;
    return proxy;
  }

  @AfterEach
  void close() {
    if (started != null) {
      started.close();
    }
  }

  private static int ask(H2Peer client, String host) {
    int id = client.next();
    client.send(H2Frames.headers(
        id, true, ":method", "GET", ":scheme", "http", ":authority", host, ":path", "/"));
    return id;
  }

  /** The names that the server was asked for, by its connections. */
  private static List<String> asked(VirtualProxy proxy) {
    return proxy.servers().stream()
        .map(Peer::received)
        .filter(hello -> !hello.isEmpty())
        .map(hello -> hello.contains(ONE) ? ONE : hello.contains(TWO) ? TWO : "another")
        .toList();
  }

  @Test
  void requests_for_one_name_share_a_connection_and_for_another_do_not() {
    VirtualProxy proxy = proxy(s -> s);
    H2Peer a = proxy.connectHttp2();
    H2Peer b = proxy.connectHttp2();
    ask(a, ONE);
    ask(b, ONE);
    ask(b, TWO);
    ask(a, TWO);
    assertThat(asked(proxy)).containsExactly(ONE, TWO);
  }

  @Test
  void a_request_that_leaves_while_others_wait_leaves_its_name() {
    VirtualProxy proxy = proxy(s -> s);
    H2Peer client = proxy.connectHttp2();
    proxy.accepts(false);
    int first = ask(client, ONE);
    ask(client, ONE);
    client.reset(first, Http2Error.CANCEL);
    ask(client, TWO); // its head is kept where the first one's was
    proxy.accepts(true);
    assertThat(asked(proxy)).containsExactly(ONE, TWO);
  }

  @Test
  void with_a_proxy_header_both_the_client_and_the_name_are_the_connections() {
    VirtualProxy proxy = proxy(s -> s.sendProxy(SendProxy.v1()));
    H2Peer a = proxy.connectHttp2();
    H2Peer b = proxy.connectHttp2();
    ask(a, ONE);
    ask(a, TWO);
    ask(b, ONE);
    ask(a, ONE);
    assertThat(asked(proxy)).containsExactly(ONE, TWO, ONE);
  }
}
