package dev.fairlead.spi;

import dev.fairlead.balance.KeySink;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection as the edge hands it to a protocol: the channel, and all that is known of who is
 * at the other end. What the edge learns step by step (limit, PROXY header, peek, TLS) is there for
 * connection rules as soon as it is known, and all of it when {@link Protocol#accepted} is called. To be
 * read on the connection's event loop.
 *
 * <p>Strategies and hash keys get at it with {@code request.request(Connection.class)}.
 */
public interface Connection {
  /** {@return the channel, registered and active} */
  Channel channel();

  /** {@return a number of the connection, unique in this load balancer; the session of its events} */
  long number();

  /** {@return the ticker's reading when it was accepted} */
  long acceptedNanos();

  /** {@return the ticker's reading when it was handed to the protocol: past PROXY header and TLS} */
  long admittedNanos();

  /** {@return who opened the connection: the client, or a proxy in front of us} */
  SocketAddress peer();

  /** {@return who the client is: as a PROXY header says, else {@link #peer()}} */
  SocketAddress client();

  /**
   * Writes the client's address for hashing, without allocation.
   *
   * @param sink gets it
   */
  void writeClient(KeySink sink);

  /** {@return what the client connected to: as a PROXY header says, else our own address} */
  SocketAddress destination();

  /** {@return the PROXY header that came first, or null} */
  @Nullable
  ProxyHeader proxyHeader();

  /**
   * Writes the address that the client connected to for hashing, without allocation.
   *
   * @param sink gets it
   */
  void writeDestination(KeySink sink);

  /**
   * {@return the first bytes that the client sent, as far as they were peeked at, TLS not decrypted; empty
   * when nothing needed to look} Up to 16 KiB while rules wait for more, 1 KiB at most for rules behind the
   * TLS handshake and for the protocol, which gets nothing of TLS. Not to be changed or released.
   */
  ByteBuf firstBytes();

  /** {@return whether the first bytes are all that there will be to look at} */
  boolean firstBytesEnded();

  /** {@return whether the client began with a TLS ClientHello; false when nothing needed to look} */
  boolean beginsTls();

  /** {@return the server name that the client asked for by SNI, in lower case, or null} */
  @Nullable
  String sni();

  /** {@return the protocols that the client offered by ALPN, the one it likes best first; may be empty} */
  List<String> offeredAlpn();

  /** {@return the finished TLS handshake; null while there was none, or when TLS passes through} */
  @Nullable
  TlsInfo tls();

  /** {@return the name of the backend that a connection rule chose, or null for the frontend's own} */
  @Nullable
  String backend();
}
