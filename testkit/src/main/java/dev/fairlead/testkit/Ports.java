package dev.fairlead.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** TCP ports of the loopback interface, for tests. Stateless. */
public final class Ports {
  private Ports() {}

  /**
   * Finds a port that is free now. Somebody else may take it before you do: where the server under
   * test can bind port 0, prefer that.
   *
   * @return the port's number
   */
  public static int free() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(loopback(0));
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
