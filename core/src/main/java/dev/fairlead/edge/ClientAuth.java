package dev.fairlead.edge;

/** Whether a client has to show a certificate (HAProxy and Nginx: {@code verify}, {@code ssl_verify_client}). */
public enum ClientAuth {
  /** It is not asked for one. */
  NONE,
  /** It is asked; one that it shows has to be good, showing none is fine. */
  OPTIONAL,
  /** Without a good one the handshake fails. */
  REQUIRED
}
