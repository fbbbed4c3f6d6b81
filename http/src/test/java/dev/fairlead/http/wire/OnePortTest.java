package dev.fairlead.http.wire;

import static dev.fairlead.config.ConnectionRule.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.edge.Conditions;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.tcp.TcpFrontend;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TLS, TLS that is passed through by its name, plain HTTP and another plain protocol, on one port. */
@Timeout(60)
final class OnePortTest {
  private static Backend backend(String name, int port) {
    return Backend.builder(name).server(Server.of("s", "127.0.0.1", port)).build();
  }

  @Test
  void one_port_serves_all_of_them() throws Exception {
    try (ScriptedServer http = ScriptedServer.start(Scripts.answer(Scripts.ok("http")));
        ScriptedServer ssh = ScriptedServer.start(c -> c.write("ssh:" + c.read(8)));
        TlsOrigin passed = TlsOrigin.start(
            TlsPeers.CA.server("inner.example"),
            socket -> {},
            TlsOrigin.answer(Scripts.ok("passed")))) {
      HttpFrontend redirects = HttpFrontend.builder("plain")
          .unbound()
          .forwardedProto()
          .defaultBackend(backend("http", http.port()))
          .build();
      TcpFrontend shell = TcpFrontend.builder("shell")
          .unbound()
          .defaultBackend(backend("ssh", ssh.port()))
          .build();
      TcpFrontend through = TcpFrontend.builder("through")
          .unbound()
          .defaultBackend(backend("passed", passed.port()))
          .build();
      SSLContext trusting = TlsPeers.context(null);
      try (Proxy proxy = Proxy.bare(
              b -> b.server(Server.of("s1", "127.0.0.1", http.port())),
              f -> f.bind(TlsPeers.binding(TlsProvider.AUTO))
                  .forwardedProto()
                  .rule(when(Conditions.plainHttp()).passThrough(redirects))
                  .rule(when(Conditions.firstBytes("SSH-")).passThrough(shell))
                  .rule(when(Conditions.sni("inner.example")).passThrough(through)));
          RawClient plain = proxy.connect();
          RawClient shelled = proxy.connect();
          RawClient secure = TlsPeers.connect(proxy.balancer().address("web"), trusting);
          RawClient inside =
              TlsPeers.connect(proxy.balancer().address("web"), trusting, "inner.example")) {
        assertThat(secure.get("/").response()).endsWith("http");
        assertThat(http.connection(1).received()).contains("X-Forwarded-Proto: https\r\n");
        assertThat(plain.get("/").response()).endsWith("http");
        assertThat(http.connection(2).received()).contains("X-Forwarded-Proto: http\r\n");
        assertThat(shelled.send("SSH-2.0-x\r\n").read(12)).isEqualTo("ssh:SSH-2.0-");
        assertThat(inside.get("/").response()).endsWith("passed");
      }
    }
  }
}
