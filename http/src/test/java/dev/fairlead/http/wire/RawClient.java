package dev.fairlead.http.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;

/** A client that sends exactly what it is told, and reads responses as strictly as it needs to. */
final class RawClient implements AutoCloseable {
  private final Socket socket;
  /** What is read and written: TLS on the socket, or the socket itself. */
  private final Socket stream;

  private final InputStream in;

  RawClient(SocketAddress address) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(address);
    socket.setSoTimeout(10_000);
    stream = socket;
    in = socket.getInputStream();
  }

  /** Speaks through TLS that does not close the socket below by itself. */
  RawClient(Socket socket, Socket tls) throws IOException {
    this.socket = socket;
    this.stream = tls;
    socket.setTcpNoDelay(true);
    tls.setSoTimeout(10_000);
    in = tls.getInputStream();
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    stream.getOutputStream().write(bytes);
    return this;
  }

  RawClient get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  Socket socket() {
    return socket;
  }

  InputStream in() {
    return in;
  }

  /** The name that the peer asked for by SNI; empty for none. */
  String serverName() {
    ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) stream).getSession();
    return session.getRequestedServerNames().stream()
        .map(name -> ((SNIHostName) name).getAsciiName())
        .findFirst()
        .orElse("");
  }

  /** Closes the connection without a word of TLS. */
  void cut() throws IOException {
    socket.close();
  }

  /** Reads up to and including an empty line. */
  String head() throws IOException {
    return line("\r\n\r\n");
  }

  private String line(String end) throws IOException {
    StringBuilder all = new StringBuilder();
    while (all.length() < end.length() || all.lastIndexOf(end) != all.length() - end.length()) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("before the end of: " + all);
      }
      all.append((char) next);
    }
    return all.toString();
  }

  String read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException(new String(bytes, ISO_8859_1));
    }
    return new String(bytes, ISO_8859_1);
  }

  /** Reads a whole response: its head and its body as sent. */
  String response() throws IOException {
    String head = head();
    String fields = head.toLowerCase(Locale.ROOT);
    if (fields.contains("\r\ntransfer-encoding: chunked\r\n")) {
      StringBuilder all = new StringBuilder(head);
      int size;
      do {
        String line = line("\r\n");
        size = Integer.parseInt(line.strip(), 16);
        all.append(line).append(size > 0 ? read(size + 2) : "");
      } while (size > 0);
      String trailer;
      do {
        trailer = line("\r\n");
        all.append(trailer);
      } while (trailer.length() > 2);
      return all.toString();
    }
    int at = fields.indexOf("\r\ncontent-length:");
    if (at < 0) {
      return head;
    }
    int from = at + "\r\ncontent-length:".length();
    return head
        + read(
            Integer.parseInt(fields.substring(from, fields.indexOf('\r', from)).strip()));
  }

  /** Reads all that comes until the end of the stream. */
  String rest() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    in.transferTo(all);
    return all.toString(ISO_8859_1);
  }

  /** Whether the stream has ended in order. */
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  void finish() throws IOException {
    stream.shutdownOutput();
  }

  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Says goodbye by close_notify, and closes. */
  void leave() throws IOException {
    if (!socket.isClosed()) {
      stream.close();
    }
    socket.close();
  }

  @Override
  public void close() throws IOException {
    leave();
  }
}
