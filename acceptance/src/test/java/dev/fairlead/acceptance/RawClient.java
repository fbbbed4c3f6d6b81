package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** One client connection that sends what a test says and reads responses. Not thread-safe. */
final class RawClient implements Closeable {
  private static final int PATIENCE_MILLIS = 15_000;

  private final Socket socket;
  private final InputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** A response that was read to its end; the trailers are those of chunks, as lines. */
  record Response(int status, String head, String body, String trailers) {
    Optional<String> field(String name) {
      String wanted = name.toLowerCase(Locale.ROOT) + ":";
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
          .map(line -> line.substring(wanted.length()).strip())
          .findFirst();
    }
  }

  static RawClient connect(int port) {
    try {
      return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port, e);
    }
  }

  /** From another address of loopback. */
  static RawClient connect(String from, int port) {
    try {
      InetAddress own = InetAddress.getByName(from);
      return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port, own, 0));
    } catch (IOException e) {
      throw new UncheckedIOException(from + " to port " + port, e);
    }
  }

  /** One request on a connection of its own. */
  static Response get(int port, String path, String... fields) {
    try (RawClient client = connect(port)) {
      return client.send(head("GET", path, fields)).response();
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  static String head(String method, String path, String... fields) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: origin\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  @CanIgnoreReturnValue
  RawClient send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Response response() throws IOException {
    String head = readHead();
    int status = Integer.parseInt(head.substring(9, 12));
    Response bare = new Response(status, head, "", "");
    String trailers = "";
    String body;
    if (bare.field("Transfer-Encoding").isPresent()) {
      body = chunks();
      trailers = lines();
    } else if (bare.field("Content-Length").isPresent()) {
      body = read(Integer.parseInt(bare.field("Content-Length").get()));
    } else {
      body = new String(in.readAllBytes(), ISO_8859_1);
    }
    return new Response(status, head, body, trailers);
  }

  String readHead() throws IOException {
    return readUntil("\r\n\r\n");
  }

  /** Reads exactly so many bytes. */
  String read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("after " + bytes.length + " of " + count);
    }
    return new String(bytes, ISO_8859_1);
  }

  private String chunks() throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(readUntil("\r\n").strip(), 16);
      if (size == 0) {
        return body.toString();
      }
      body.append(read(size));
      readUntil("\r\n");
    }
  }

  /** Up to an empty one. */
  private String lines() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String line = readUntil("\r\n"); line.length() > 2; line = readUntil("\r\n")) {
      all.append(line);
    }
    return all.toString();
  }

  private String readUntil(String end) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("after: " + all.toString(ISO_8859_1));
      }
      all.write(next);
      if (next == '\n' && all.toString(ISO_8859_1).endsWith(end)) {
        return all.toString(ISO_8859_1);
      }
    }
  }

  /** Waits for the end of the connection; true when nothing came before it. A reset is an end too. */
  boolean endsSilently() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("still open after " + PATIENCE_MILLIS + " ms", e);
    } catch (SocketException e) {
      return true;
    }
  }

  /** Whether nothing comes for so long, not even the end. */
  boolean staysSilent(Duration time) throws IOException {
    socket.setSoTimeout(Math.toIntExact(time.toMillis()));
    try {
      in.read();
      return false;
    } catch (SocketTimeoutException e) {
      return true;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  void closeOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Leaves in order, before its end of scope. */
  void leave() {
    close();
  }

  /** Leaves with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // closed is closed
    }
  }
}
