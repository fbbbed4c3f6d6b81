package dev.fairlead.edge;

import dev.fairlead.spi.Connection;
import dev.fairlead.spi.TlsInfo;
import java.util.Set;
import java.util.stream.Collectors;

/** Conditions on the finished TLS handshake; without one they do not hold. */
sealed interface HandshakeFact extends Condition {
  boolean holds(TlsInfo tls);

  @Override
  default Needs needs() {
    return Needs.TLS;
  }

  @Override
  default Answer ask(Connection connection) {
    TlsInfo tls = connection.tls();
    return tls != null && holds(tls) ? Answer.YES : Answer.NO;
  }

  record Version(Set<TlsVersion> versions) implements HandshakeFact {
    @Override
    public boolean holds(TlsInfo tls) {
      for (TlsVersion version : versions) {
        if (version.protocol().equals(tls.version())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public String toString() {
      return versions.stream()
          .map(TlsVersion::protocol)
          .collect(Collectors.joining(", ", "tlsVersion(", ")"));
    }
  }
}
