package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server by UDP that answers each datagram by a script. */
final class UdpPeer implements AutoCloseable {
  final List<String> received = new CopyOnWriteArrayList<>();

  private final DatagramSocket socket;
  private final Thread thread;

  private UdpPeer(Function<String, List<String>> script) {
    try {
      socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(() -> serve(script), "udp-peer");
    thread.start();
  }

  /** Starts one that says what its script makes of each datagram, one byte a character. */
  static UdpPeer start(Function<String, List<String>> script) {
    return new UdpPeer(script);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void serve(Function<String, List<String>> script) {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        socket.receive(packet);
        String question = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
        received.add(question);
        for (String answer : script.apply(question)) {
          byte[] bytes = answer.getBytes(ISO_8859_1);
          socket.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // closed, or the other side has gone
    }
  }

  @Override
  public void close() {
    socket.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
