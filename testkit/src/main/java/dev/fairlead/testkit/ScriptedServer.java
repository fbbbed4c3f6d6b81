package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A TCP server on loopback that does to each client what a script says:
 *
 * <pre>{@code
 * try (ScriptedServer server = ScriptedServer.start(client -> {
 *   client.readHead();
 *   client.write("HTTP/1.1 200 OK\r\n");
 *   client.reset();
 * })) { … }
 * }</pre>
 *
 * <p>Each connection runs the script on a daemon thread of its own, so blocking is fine; when the
 * script returns, the connection is closed. {@link Scripts} has the usual ones. A script may end by
 * {@link IOException} (the client went away); any other exception is reported by {@link #close}.
 * Thread-safe.
 */
public final class ScriptedServer implements AutoCloseable {
  /** What the server does to one client. Called on a thread of that connection. */
  @FunctionalInterface
  public interface Script {
    /**
     * Plays to the end, or until the connection breaks.
     *
     * @param client the accepted connection
     * @throws Exception an {@link IOException} for a broken connection, anything else fails the test
     */
    void play(ScriptedConnection client) throws Exception;
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<ScriptedConnection> connections = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final int port;
  /** Holds the port while it refuses: bound, but not listening. Written under the lock of this. */
  private @Nullable SocketChannel reserved;

  private @Nullable ServerSocket listening;
  private @Nullable Thread acceptor;

  private ScriptedServer(SocketChannel reserved, int port) {
    this.reserved = reserved;
    this.port = port;
  }

  /**
   * Starts a server on a free port.
   *
   * @param script played to each client
   * @return the listening server
   */
  public static ScriptedServer start(Script script) {
    return start(0, script);
  }

  /**
   * Starts a server on a given port, such as that of a server closed before.
   *
   * @param port the port, or 0 for a free one
   * @param script played to each client
   * @return the listening server
   */
  public static ScriptedServer start(int port, Script script) {
    ScriptedServer server = refusing(port);
    server.listen(script);
    return server;
  }

  /**
   * Holds a free port that refuses every connection, until {@link #listen} is called.
   *
   * @return the refusing server
   */
  public static ScriptedServer refusing() {
    return refusing(0);
  }

  private static ScriptedServer refusing(int port) {
    try {
      SocketChannel channel = reserve(port);
      return new ScriptedServer(channel, channel.socket().getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port, e);
    }
  }

  /**
   * The port, the same for the whole life of the server.
   *
   * @return never 0
   */
  public int port() {
    return port;
  }

  /**
   * Where to connect.
   *
   * @return the loopback address with the port
   */
  public InetSocketAddress address() {
    return Ports.loopback(port);
  }

  /**
   * How many connections were accepted so far, closed ones included.
   *
   * @return 0 at first
   */
  public int connections() {
    return connections.size();
  }

  /**
   * How many accepted connections this server has not closed yet.
   *
   * @return 0 at first
   */
  public int open() {
    return (int) connections.stream().filter(ScriptedConnection::isOpen).count();
  }

  /**
   * One of the accepted connections, to see what it received.
   *
   * @param number from 1, in the order of acceptance
   * @return that connection, waited for if it is yet to come
   */
  public ScriptedConnection connection(int number) {
    awaitConnections(number);
    return connections.get(number - 1);
  }

  /**
   * Waits until so many connections have been accepted.
   *
   * @param count counted from the start
   */
  public void awaitConnections(int count) {
    Await.until(count + " connections", PATIENCE, () -> connections.size() >= count);
  }

  /**
   * Begins, or begins again, to accept.
   *
   * @param script played to each client from now on
   * @throws IllegalStateException if it listens already, or is closed
   */
  public synchronized void listen(Script script) {
    if (reserved == null) {
      throw new IllegalStateException("listens already, or is closed: " + port);
    }
    try {
      reserved.close();
      reserved = null;
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(Ports.loopback(port), 1024);
      listening = socket;
      acceptor = start("accept", () -> acceptAll(socket, script));
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port, e);
    }
  }

  /** Closes all connections and refuses new ones, but keeps the port for {@link #listen}. */
  public synchronized void refuse() {
    if (listening != null) {
      stop();
      try {
        reserved = reserve(port);
      } catch (IOException e) {
        throw new UncheckedIOException("port " + port, e);
      }
    }
  }

  /**
   * Closes all connections, waits for the threads to end, and gives the port back.
   *
   * @throws AssertionError if a script failed by anything but an {@link IOException}
   */
  @Override
  public synchronized void close() {
    stop();
    if (reserved != null) {
      closeQuietly(reserved);
      reserved = null;
    }
    if (!failures.isEmpty()) {
      AssertionError error = new AssertionError("a script failed", failures.get(0));
      failures.clear();
      throw error;
    }
  }

  private void stop() {
    ServerSocket socket = listening;
    Thread thread = acceptor;
    if (socket == null || thread == null) {
      return;
    }
    listening = null;
    acceptor = null;
    closeQuietly(socket);
    join(thread); // from here on, the list of connections is complete
    connections.forEach(ScriptedConnection::stop);
    threads.forEach(ScriptedServer::join);
    threads.clear();
  }

  private void acceptAll(ServerSocket socket, Script script) {
    try {
      while (true) {
        Socket client = socket.accept();
        ScriptedConnection connection = new ScriptedConnection(client, connections.size() + 1);
        connections.add(connection);
        threads.add(start("client-" + connection.number(), () -> play(connection, script)));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void play(ScriptedConnection connection, Script script) {
    try {
      script.play(connection);
    } catch (IOException e) {
      // the client went away, or the server was closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      failures.add(e);
    } finally {
      connection.close();
    }
  }

  private Thread start(String job, Runnable task) {
    Thread thread = new Thread(task, NoThreadsLeft.OWN_PREFIX + "server-" + port + "-" + job);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static SocketChannel reserve(int port) throws IOException {
    SocketChannel channel = SocketChannel.open();
    channel.socket().setReuseAddress(true);
    return channel.bind(Ports.loopback(port));
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // closed is closed
    }
  }

  private static void join(Thread thread) {
    if (!Await.held(PATIENCE, () -> !thread.isAlive())) {
      throw new AssertionError("a script does not end: " + thread.getName());
    }
  }
}
