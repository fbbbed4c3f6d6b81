package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.ProxyHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells servers what TLS says of a client. The fields are the proxy's own word: a client's of the same
 * names are never passed on. Immutable.
 */
public final class TlsFields {
  private static final String PROTO = "X-Forwarded-Proto";

  private final boolean proto;
  private final @Nullable CertificateFields certificate;
  private final String[] names;

  /**
   * What is told.
   *
   * @param proto whether the client came by TLS
   * @param certificate how its certificate is told, or null
   */
  public TlsFields(boolean proto, @Nullable CertificateFields certificate) {
    this.proto = proto;
    this.certificate = certificate;
    List<String> all = new ArrayList<>();
    if (proto) {
      all.add(PROTO);
    }
    if (certificate != null) {
      all.addAll(certificate.names());
    }
    this.names = all.toArray(String[]::new);
  }

  /** {@return the field lines for all requests of a connection; empty for none} */
  byte[] lines(Connection connection) {
    StringBuilder lines = new StringBuilder();
    if (proto) {
      lines.append(PROTO).append(secure(connection) ? ": https\r\n" : ": http\r\n");
    }
    if (certificate != null) {
      certificate.writeTo(lines, connection.tls());
    }
    return Ascii.bytes(lines.toString());
  }

  /** By TLS to us, or to the proxy in front of us that says so in its PROXY header. */
  private static boolean secure(Connection connection) {
    ProxyHeader header = connection.proxyHeader();
    ProxyHeader.Ssl before = header == null ? null : header.ssl();
    return connection.tls() != null || (before != null && before.tls());
  }

  /** Takes away what a client says in our place. */
  void dropFrom(RequestHead head) {
    for (String name : names) {
      head.dropLike(name);
    }
  }

  /** Takes away what a client says in our place, behind its body. */
  void dropFrom(Fields trailers) {
    for (String name : names) {
      trailers.dropLike(name);
    }
  }
}
