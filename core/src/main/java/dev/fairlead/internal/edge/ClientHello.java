package dev.fairlead.internal.edge;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first bytes of a connection say of TLS (RFC 8446 §4.1.2 and §5.1; RFC 5246 for the older ones).
 * Reading looks only: the bytes are neither consumed nor changed, and are read again when more have come.
 * It never throws, and makes no garbage before it has the answer.
 */
public sealed interface ClientHello {
  /** The most bytes that are looked at; a ClientHello does not end behind them. */
  int MAX_BYTES = 16 * 1024;

  /**
   * Reads the ClientHello at the beginning of a buffer, in one TLS record or in many.
   *
   * @param in all that came so far, from its reader index on
   * @return what it is
   */
  static ClientHello read(ByteBuf in) {
    return ClientHelloRecords.read(in);
  }

  /** It may be one, and has not ended within fewer than {@link #MAX_BYTES}. */
  record NeedMore() implements ClientHello {
    static final NeedMore INSTANCE = new NeedMore();
  }

  /** No TLS: told by the first byte, or by the second. An SSL 2.0 hello is none either, as in HAProxy. */
  record NotTls() implements ClientHello {
    static final NotTls INSTANCE = new NotTls();
  }

  /**
   * It begins as TLS does, and then breaks the rules: no server would talk to this client.
   *
   * @param reason in a few words, for the log
   */
  record Bad(String reason) implements ClientHello {}

  /**
   * A whole ClientHello.
   *
   * @param sni the server name in lower case, without a dot at its end; null when there is none
   * @param alpn the protocols offered, the one it likes best first; without those of GREASE (RFC 8701)
   * @param version the highest version offered, as on the wire: 0x0303 for TLS 1.2, 0x0304 for TLS 1.3
   * @param ecdsa whether the client can verify a server that signs by ECDSA: it knows such signatures (or
   *     does not say which it knows), and offers TLS 1.3 or a cipher suite of ECDHE_ECDSA
   */
  record Hello(@Nullable String sni, List<String> alpn, int version, boolean ecdsa)
      implements ClientHello {}
}
