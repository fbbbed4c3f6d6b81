package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A port on loopback that neither accepts nor refuses: whoever connects waits. For connect timeouts.
 * It listens with a full backlog, whose overflow Linux drops without a word. Thread-safe.
 */
public final class SilentPort implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(100);
  private static final int MANY = 64;

  private final ServerSocket listening;
  private final List<SocketChannel> filling = new ArrayList<>();

  private SilentPort(ServerSocket listening) {
    this.listening = listening;
  }

  /**
   * Takes a free port and fills its backlog.
   *
   * @return a port to which no connection comes about
   */
  public static SilentPort open() {
    try {
      ServerSocket listening = new ServerSocket();
      listening.bind(Ports.loopback(0), 1);
      SilentPort port = new SilentPort(listening);
      port.fill();
      return port;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Where to connect in vain.
   *
   * @return the loopback address with the port
   */
  public InetSocketAddress address() {
    return Ports.loopback(listening.getLocalPort());
  }

  /** Gives the port back; whoever still waits is refused at the next try. */
  @Override
  public void close() {
    try {
      for (SocketChannel channel : filling) {
        channel.close();
      }
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill() throws IOException {
    while (filling.size() < MANY) {
      SocketChannel channel = SocketChannel.open();
      filling.add(channel);
      channel.configureBlocking(false);
      if (!channel.connect(address()) && !Await.held(PATIENCE, () -> connected(channel))) {
        return;
      }
    }
    close();
    throw new AssertionError("this system accepts more than its backlog");
  }

  private static boolean connected(SocketChannel channel) {
    try {
      return channel.finishConnect();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
