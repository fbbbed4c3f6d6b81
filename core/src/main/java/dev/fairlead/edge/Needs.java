package dev.fairlead.edge;

/** How much of a connection must be known before a {@link Condition} can be asked; in this order. */
public enum Needs {
  /** Addresses and the PROXY header: known at once. */
  ADDRESSES,
  /** The first bytes of the client: the TLS ClientHello with its SNI and ALPN, or what else it says. */
  FIRST_BYTES,
  /** The finished TLS handshake: version, chosen protocol, client certificate. */
  TLS
}
