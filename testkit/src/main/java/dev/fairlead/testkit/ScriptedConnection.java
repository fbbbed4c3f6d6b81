package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One client of a {@link ScriptedServer}, as its script sees it. All calls block; text is ISO 8859-1,
 * one byte a character. Reading and writing are the script's thread's; the rest is thread-safe.
 */
public final class ScriptedConnection {
  private final Socket socket;
  private final int number;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final CountDownLatch stopped = new CountDownLatch(1);

  ScriptedConnection(Socket socket, int number) throws IOException {
    this.socket = socket;
    this.number = number;
    socket.setTcpNoDelay(true);
  }

  /**
   * Which connection of its server this is.
   *
   * @return 1 for the first
   */
  public int number() {
    return number;
  }

  /**
   * Whether the server still holds the connection open.
   *
   * @return false after {@link #close}, {@link #reset}, and the script's end
   */
  public boolean isOpen() {
    return !socket.isClosed();
  }

  /**
   * All bytes that the script has read, as text.
   *
   * @return grows while the script reads
   */
  public String received() {
    synchronized (received) {
      return received.toString(ISO_8859_1);
    }
  }

  /**
   * Reads one byte.
   *
   * @return the byte, or −1 at the end
   * @throws IOException if the connection breaks
   */
  public int read() throws IOException {
    int next = socket.getInputStream().read();
    if (next >= 0) {
      synchronized (received) {
        received.write(next);
      }
    }
    return next;
  }

  /**
   * Reads exactly so many bytes.
   *
   * @param count how many
   * @return the bytes as text
   * @throws IOException if the connection breaks or ends before
   */
  public String read(int count) throws IOException {
    byte[] bytes = socket.getInputStream().readNBytes(count);
    synchronized (received) {
      received.writeBytes(bytes);
    }
    if (bytes.length < count) {
      throw new EOFException("after " + bytes.length + " of " + count + " bytes");
    }
    return new String(bytes, ISO_8859_1);
  }

  /**
   * Reads what is there, at least one byte.
   *
   * @return the bytes as text; empty at the end
   * @throws IOException if the connection breaks
   */
  public String readSome() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[8192];
    int count = Math.max(0, in.read(buffer));
    synchronized (received) {
      received.write(buffer, 0, count);
    }
    return new String(buffer, 0, count, ISO_8859_1);
  }

  /**
   * Reads until the client sends no more.
   *
   * @return all the rest as text
   * @throws IOException if the connection breaks
   */
  public String readAll() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String some = readSome(); !some.isEmpty(); some = readSome()) {
      all.append(some);
    }
    return all.toString();
  }

  /**
   * Reads one HTTP head, up to and including the empty line.
   *
   * @return the head as text
   * @throws IOException if the connection breaks or ends before
   */
  public String readHead() throws IOException {
    return readUntil("\r\n\r\n");
  }

  /**
   * Reads one HTTP request: its head and, by Content-Length or chunks, its body with its trailers.
   *
   * @return head and body as sent
   * @throws IOException if the connection breaks or ends before
   */
  public String readRequest() throws IOException {
    String head = readHead();
    String fields = head.toLowerCase(Locale.ROOT);
    if (fields.contains("\r\ntransfer-encoding: chunked\r\n")) {
      StringBuilder all = new StringBuilder(head);
      int size;
      do {
        String line = readUntil("\r\n");
        size = Integer.parseInt(line.strip().replaceFirst(";.*", ""), 16);
        all.append(line).append(size > 0 ? read(size + 2) : "");
      } while (size > 0);
      String trailer;
      do {
        trailer = readUntil("\r\n");
        all.append(trailer);
      } while (!trailer.equals("\r\n"));
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

  /**
   * Reads up to and including a text.
   *
   * @param end what to look for
   * @return all that was read, the end included
   * @throws IOException if the connection breaks or ends before
   */
  public String readUntil(String end) throws IOException {
    StringBuilder all = new StringBuilder();
    while (all.length() < end.length() || all.lastIndexOf(end) != all.length() - end.length()) {
      int next = read();
      if (next < 0) {
        throw new EOFException("before " + end + ", after: " + all);
      }
      all.append((char) next);
    }
    return all.toString();
  }

  /**
   * Sends text at once.
   *
   * @param text one byte a character
   * @throws IOException if the connection breaks
   */
  public void write(String text) throws IOException {
    write(text.getBytes(ISO_8859_1));
  }

  /**
   * Sends bytes at once.
   *
   * @param bytes what to send
   * @throws IOException if the connection breaks
   */
  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /**
   * Sends text slowly.
   *
   * @param text one byte a character
   * @param perTick how many bytes at once
   * @param tick how long to pause after each write
   * @throws IOException if the connection breaks or the server is closed
   */
  public void drip(String text, int perTick, Duration tick) throws IOException {
    for (int at = 0; at < text.length(); at += perTick) {
      write(text.substring(at, Math.min(text.length(), at + perTick)));
      pause(tick);
    }
  }

  /**
   * Does nothing for a while.
   *
   * @param time how long
   * @throws IOException if the server is closed meanwhile
   */
  public void pause(Duration time) throws IOException {
    try {
      if (stopped.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new EOFException("the server was closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EOFException("interrupted");
    }
  }

  /**
   * Does nothing, not even read, until the server is closed.
   *
   * @throws IOException always, at the end
   */
  public void hang() throws IOException {
    pause(Duration.ofDays(1));
  }

  /**
   * Ends this direction and leaves the other open.
   *
   * @throws IOException if the connection breaks
   */
  public void closeOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Ends the connection in order; but with unread bytes, the system sends a reset instead. */
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // closed is closed
    }
  }

  /**
   * Breaks the connection with a reset.
   *
   * @throws IOException if it is closed already
   */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  void stop() {
    stopped.countDown();
    close();
  }
}
