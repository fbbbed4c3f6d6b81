package dev.fairlead.edge;

import dev.fairlead.balance.HashKey;
import dev.fairlead.balance.HashKeys;
import dev.fairlead.balance.KeySink;
import dev.fairlead.balance.PickContext;
import dev.fairlead.spi.Check;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.TlsInfo;
import java.util.Locale;

/**
 * Hash keys from what the edge knows of a connection, for TCP and HTTP alike:
 *
 * <pre>{@code
 * Balancer sticky = Balancers.hash(EdgeKeys.rdpCookie("mstshash")).orElse(Balancers.leastConnections());
 * }</pre>
 */
public final class EdgeKeys {
  private EdgeKeys() {}

  /**
   * The name that the client asks for by SNI (HAProxy {@code req.ssl_sni}, {@code ssl_fc_sni}). None when
   * the edge neither terminates TLS nor has a rule that looks at the first bytes.
   *
   * @return the key
   */
  public static HashKey sni() {
    return HashKeys.request(Connection.class, "sni()", Connection::sni);
  }

  /**
   * The identifier of the TLS session that is terminated here (HAProxy {@code ssl_fc_session_id}): the same
   * when a client resumes its session by identifier. None without TLS, or when the session has none.
   *
   * @return the key
   */
  public static HashKey tlsSession() {
    return new TlsSession();
  }

  /**
   * A cookie in the connection request of RDP (HAProxy {@code rdp_cookie(name)}, {@code balance
   * rdp-cookie(name)}): {@code mstshash} is the user's name, {@code msts} the token of a broker. None when
   * the client does not begin with such a request, or when no rule of the frontend looks at the first bytes:
   * a rule with {@link Conditions#rdp()} does.
   *
   * @param name of the cookie; case does not count
   * @return the key
   * @throws IllegalArgumentException when it is no name
   */
  public static HashKey rdpCookie(String name) {
    return new RdpCookie(Check.name("rdpCookie", name).toLowerCase(Locale.ROOT));
  }

  private record TlsSession() implements HashKey {
    @Override
    public boolean write(PickContext request, KeySink into) {
      Connection connection = request.request(Connection.class);
      TlsInfo tls = connection == null ? null : connection.tls();
      byte[] id = tls == null ? new byte[0] : tls.sessionId();
      into.write(id, 0, id.length);
      return id.length > 0;
    }

    @Override
    public String toString() {
      return "tlsSession()";
    }
  }

  private record RdpCookie(String name) implements HashKey {
    @Override
    public boolean write(PickContext request, KeySink into) {
      Connection connection = request.request(Connection.class);
      return connection != null && RdpRequest.writeCookie(connection.firstBytes(), name, into);
    }

    @Override
    public String toString() {
      return "rdpCookie(" + name + ")";
    }
  }
}
