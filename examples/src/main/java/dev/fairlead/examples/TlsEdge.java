package dev.fairlead.examples;

import static dev.fairlead.config.ConnectionRule.when;
import static dev.fairlead.edge.Conditions.plainHttp;
import static dev.fairlead.edge.Conditions.sni;
import static dev.fairlead.edge.Conditions.source;
import static dev.fairlead.edge.Conditions.tls;
import static java.time.Duration.ofMinutes;

import dev.fairlead.LoadBalancer;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Server;
import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.SendProxy;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.tcp.TcpFrontend;
import java.nio.file.Path;
import java.util.List;

/** How is TLS terminated for some names and passed through for others, on one port with plain HTTP? */
public final class TlsEdge {
  private TlsEdge() {}

  /** Runs until Ctrl-C: {@code curl -k https://localhost:8443/} and {@code http://localhost:8443/}. */
  public static void main(String[] args) throws Exception {
    Path file = SelfSigned.make("localhost");
    start(8443, TlsCertificate.pkcs12(file, SelfSigned.password()), Origins.start())
        .awaitClosed();
  }

  static LoadBalancer start(int port, TlsCertificate certificate, List<Server> servers) {
    Backend app = Backend.builder("app").servers(servers).build();
    Backend db = Backend.builder("db")
        .server(Server.of("db1", "127.0.0.1", 5432).sendProxy(SendProxy.v2()))
        .build();
    HttpFrontend web =
        HttpFrontend.builder("web").unbound().forwardedFor().defaultBackend(app).build();
    TcpFrontend edge = TcpFrontend.builder("edge")
        .bind(Binding.of(port).tls(Tls.of(certificate).watchFiles(ofMinutes(1))))
        .rule(when(source("192.0.2.0/24")).reject())
        .rule(when(sni("db.example.org")).passThrough(db)) // as it came, with its client's address
        .rule(when(plainHttp()).passThrough(web))
        .rule(when(tls()).to(web)) // decrypted
        .defaultBackend(db)
        .build();
    return LoadBalancer.start(edge);
  }

  /** A server behind TLS: its certificate and its name are verified unless told otherwise. */
  static Server encrypted() {
    return Server.of("s1", "app.internal.example", 8443).tls(ServerTls.of()).resolveLater();
  }

  /** A port behind another proxy: the client's address comes in a PROXY header, from there only. */
  static Binding behindProxy(int port) {
    return Binding.of(port).acceptProxy(AcceptProxy.from("10.0.0.0/8"));
  }
}
