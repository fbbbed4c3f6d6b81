package dev.fairlead.acceptance;

import dev.fairlead.acceptance.Plan.Member;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way from grpc-java to grpc-java. Immutable.
 *
 * @param proxy who stands between; null for nobody, who shows that the peers themselves are right
 * @param secureClient the client comes by TLS with ALPN, else with prior knowledge
 * @param secureServer the server is reached by TLS with ALPN, else with prior knowledge
 */
record GrpcPath(@Nullable Proxy proxy, boolean secureClient, boolean secureServer) {
  /** Every pair of versions through every proxy, and both without one. */
  static List<GrpcPath> all() {
    List<GrpcPath> paths = new ArrayList<>();
    for (boolean server : new boolean[] {false, true}) {
      paths.add(new GrpcPath(null, server, server));
      for (Proxy proxy : Proxy.values()) {
        paths.add(new GrpcPath(proxy, false, server));
        paths.add(new GrpcPath(proxy, true, server));
      }
    }
    return paths;
  }

  /** The server at the end of the way, still to be given its services. */
  NettyServerBuilder server(int port, Identity identity) {
    return NettyServerBuilder.forPort(port, serverCredentials(identity));
  }

  private ServerCredentials serverCredentials(Identity identity) {
    if (!secureServer) {
      return InsecureServerCredentials.create();
    }
    try {
      return TlsServerCredentials.create(
          identity.certificate().toFile(), Openssl.keyOf(identity.certificate()).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The proxy before a server, to be closed; null for none. */
  @Nullable
  ProxyUnderTest start(int server, Identity identity) {
    if (proxy == null) {
      return null;
    }
    Plan plan = Plan.http(Member.of("a", server)).http2ToServers().abortOnClose();
    if (secureServer) {
      plan.overTls(identity.authority());
    }
    if (secureClient) {
      plan.secure(identity.certificate());
    }
    return proxy.start(plan);
  }

  /** The client at the beginning of the way, of a proxy's port or of the server's own. */
  NettyChannelBuilder client(int port, Identity identity) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port, clientCredentials(identity))
        .overrideAuthority(Identity.NAME);
  }

  private ChannelCredentials clientCredentials(Identity identity) {
    if (!secureClient) {
      return InsecureChannelCredentials.create();
    }
    try {
      return TlsChannelCredentials.newBuilder()
          .trustManager(identity.authority().toFile())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return (secureClient ? "TLS" : "h2c") + " to " + (proxy == null ? "" : proxy + " to ")
        + (secureServer ? "TLS" : "h2c");
  }
}
