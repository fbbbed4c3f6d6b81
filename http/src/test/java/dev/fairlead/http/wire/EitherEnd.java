package dev.fairlead.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.http.peer.H2Peer;
import dev.fairlead.testkit.Await;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.net.SocketException;

/** One end of a tunnel on real sockets: a connection of HTTP/1, or a stream of HTTP/2. */
interface EitherEnd {
  void send(String text) throws IOException;

  /** Waits for a text, and nothing else. */
  void gets(String text) throws IOException;

  /** Ends its direction. */
  void finish() throws IOException;

  /** Waits for the regular end of the other direction. */
  void seesTheEnd() throws IOException;

  /** Breaks off: the connection, or only the stream. */
  void reset() throws IOException;

  /** Breaks the whole connection off. */
  void resetConnection() throws IOException;

  /** Waits for the other end to break off. */
  void seesTheReset();

  /** A connection of HTTP/1. */
  record One(RawClient socket) implements EitherEnd {
    @Override
    public void send(String text) throws IOException {
      socket.send(text);
    }

    @Override
    public void gets(String text) throws IOException {
      assertThat(socket.read(text.length())).isEqualTo(text);
    }

    @Override
    public void finish() throws IOException {
      socket.finish();
    }

    @Override
    public void seesTheEnd() throws IOException {
      assertThat(socket.rest()).isEmpty();
    }

    @Override
    public void reset() throws IOException {
      socket.reset();
    }

    @Override
    public void resetConnection() throws IOException {
      socket.reset();
    }

    @Override
    public void seesTheReset() {
      assertThatThrownBy(socket::rest).isInstanceOf(SocketException.class);
    }
  }

  /** A stream of HTTP/2. */
  final class Two implements EitherEnd {
    private final H2Peer peer;
    private final int id;
    private int read;

    Two(H2Peer peer, int id) {
      this.peer = peer;
      this.id = id;
    }

    int status() {
      return peer.status(id);
    }

    String last() {
      return peer.last(id);
    }

    @Override
    public void send(String text) {
      peer.data(id, false, text);
    }

    @Override
    public void gets(String text) {
      Await.until("got " + text, Proxy.SOON, () -> peer.body(id).length() >= read + text.length());
      assertThat(peer.body(id).substring(read).getBytes(ISO_8859_1))
          .isEqualTo(text.getBytes(ISO_8859_1));
      read += text.length();
    }

    @Override
    public void finish() {
      peer.data(id, true, "");
    }

    @Override
    public void seesTheEnd() {
      Await.until("the end of " + peer, Proxy.SOON, () -> peer.last(id).endsWith(" END"));
    }

    @Override
    public void reset() {
      peer.reset(id, Http2Error.CANCEL);
    }

    @Override
    public void resetConnection() {
      peer.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      peer.channel().close();
    }

    @Override
    public void seesTheReset() {
      Await.until("a reset of " + peer, Proxy.SOON, () -> peer.last(id).equals("RST CANCEL"));
    }
  }
}
