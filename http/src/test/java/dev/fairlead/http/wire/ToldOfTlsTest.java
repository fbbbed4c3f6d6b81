package dev.fairlead.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.http.ClientCertificateHeaders;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import dev.fairlead.testkit.TestCertificate;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What servers are told of a client's TLS, and by whom. */
@Timeout(60)
@SuppressWarnings("StringConcatToTextBlock") // line ends are the point
final class ToldOfTlsTest {
  private static Proxy proxy(ScriptedServer server, UnaryOperator<HttpFrontend.Builder> frontend) {
    return Proxy.bare(b -> b.server(Server.of("s1", "127.0.0.1", server.port())), frontend);
  }

  private static RawClient secure(Proxy proxy, @Nullable TestCertificate own) throws Exception {
    return TlsPeers.connect(proxy.balancer().address("web"), TlsPeers.context(own));
  }

  private static ScriptedServer server() {
    return ScriptedServer.start(c -> {
      while (true) {
        c.readRequest();
        c.write(Scripts.ok(""));
      }
    });
  }

  private static Binding asking(TlsProvider provider) {
    return Binding.of("127.0.0.1", 0)
        .tls(TlsPeers.site(provider)
            .clientCertificates(ClientAuth.OPTIONAL, TlsTrust.of(TlsPeers.CA.certificate())));
  }

  @Test
  void the_scheme_is_told_by_the_proxy_and_never_by_the_client() throws Exception {
    try (ScriptedServer server = server();
        Proxy proxy = proxy(
            server,
            f -> f.bind(TlsPeers.binding(TlsProvider.JDK))
                .bind("127.0.0.1", 0)
                .forwardedFor()
                .forwardedProto());
        RawClient over = secure(proxy, null);
        RawClient plain =
            new RawClient(proxy.balancer().frontend("web").addresses().get(1))) {
      over.get("/").response();
      assertThat(server.connection(1).received())
          .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n"
              + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: https\r\n\r\n");
      plain.send("POST / HTTP/1.1\r\nHost: a\r\nx-forwarded-PROTO: https\r\n"
          + "X_Forwarded-Proto: https\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "0\r\nX-Forwarded-Proto: https\r\nx-sum: 1\r\n\r\n");
      plain.response();
      assertThat(server.connection(2).received())
          .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
              + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n\r\n"
              + "0\r\nx-sum: 1\r\n\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "OPENSSL"})
  void a_verified_certificate_is_told_and_a_forged_one_is_not(TlsProvider provider)
      throws Exception {
    TestCertificate device = TlsPeers.CA.client("device-7");
    String serial = device.certificate().getSerialNumber().toString(16).toUpperCase(Locale.ROOT);
    try (ScriptedServer server = server();
        Proxy proxy = proxy(server, f -> f.bind(asking(provider)).clientCertificateHeaders());
        RawClient known = secure(proxy, device);
        RawClient unknown = secure(proxy, null)) {
      known.get("/").response();
      assertThat(server.connection(1).received())
          .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nX-SSL-Client-Verify: SUCCESS\r\n"
              + "X-SSL-Client-DN: "
              + device.certificate().getSubjectX500Principal().getName()
              + "\r\nX-SSL-Client-CN: device-7\r\nX-SSL-Client-Serial: "
              + (serial.length() % 2 == 0 ? "" : "0") + serial + "\r\n\r\n");
      unknown.send("GET / HTTP/1.1\r\nHost: a\r\nX-SSL-Client-Verify: SUCCESS\r\n"
          + "x-ssl-client-cn: device-7\r\nX_SSL_Client_DN: CN=device-7\r\nA: b\r\n\r\n");
      unknown.response();
      assertThat(server.connection(1).received())
          .endsWith(
              "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nA: b\r\nX-SSL-Client-Verify: NONE\r\n\r\n");
    }
  }

  @Test
  void the_fields_have_the_names_that_are_configured() throws Exception {
    ClientCertificateHeaders names = ClientCertificateHeaders.defaults()
        .verify("V")
        .subject("D")
        .commonName("C")
        .serial("S");
    try (ScriptedServer server = server();
        Proxy proxy =
            proxy(server, f -> f.bind(asking(TlsProvider.JDK)).clientCertificateHeaders(names));
        RawClient client = secure(proxy, TlsPeers.CA.client("me"))) {
      client.get("/").response();
      assertThat(server.connection(1).received())
          .contains("\r\nV: SUCCESS\r\nD: ", "\r\nC: me\r\nS: ");
    }
    assertThatThrownBy(() -> names.subject("v"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("four different names");
    assertThatThrownBy(() -> names.serial("host")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_proxy_headers_client_is_the_client_for_servers_and_events() throws Exception {
    try (ScriptedServer server = server();
        Proxy proxy = proxy(
            server,
            f -> f.bind(Binding.of("127.0.0.1", 0).acceptProxy(AcceptProxy.required()))
                .forwardedFor()
                .forwardedProto());
        RawClient client = proxy.connect()) {
      client.send("PROXY TCP4 192.0.2.7 192.0.2.1 4321 80\r\n").get("/").response();
      assertThat(server.connection(1).received())
          .endsWith("X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n\r\n");
      assertThat(proxy.first().client()).isEqualTo(new InetSocketAddress("192.0.2.7", 4321));
      client.finish();
      assertThat(proxy.gone(1).get(0).client()).isEqualTo(new InetSocketAddress("192.0.2.7", 4321));
    }
  }
}
