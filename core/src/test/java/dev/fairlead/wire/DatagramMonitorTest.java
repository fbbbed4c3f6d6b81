package dev.fairlead.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.config.Transport;
import dev.fairlead.spi.ConnectOptions;
import dev.fairlead.testkit.Ports;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.socket.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Monitors that ask by UDP. */
class DatagramMonitorTest {
  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void a_monitor_is_answered_by_the_server_and_by_nobody_else(Transport transport)
      throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket server = new DatagramSocket(0, loopback);
        DatagramSocket stranger = new DatagramSocket(0, loopback);
        WireProxy proxy = start(transport, server.getLocalSocketAddress(), heard)) {
      var question = new java.net.DatagramPacket(new byte[100], 100);
      server.receive(question);
      assertThat(new String(question.getData(), 0, question.getLength(), US_ASCII))
          .isEqualTo("hello?");
      SocketAddress monitor = question.getSocketAddress();
      stranger.send(new java.net.DatagramPacket("me!".getBytes(US_ASCII), 3, monitor));
      server.send(new java.net.DatagramPacket("hello!".getBytes(US_ASCII), 6, monitor));

      assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("hello!");
      assertThat(proxy.status().servers()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "EPOLL", "IO_URING"})
  void that_nobody_listens_comes_as_a_failure_of_the_socket(Transport transport) {
    CompletableFuture<String> heard = new CompletableFuture<>();
    InetSocketAddress nobody =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
    try (WireProxy proxy = start(transport, nobody, heard)) {
      assertThatThrownBy(() -> heard.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(PortUnreachableException.class);
      assertThat(proxy.status().servers()).hasSize(1);
    }
  }

  @Test
  void a_server_within_this_jvm_cannot_be_asked_by_udp() {
    CompletableFuture<String> heard = new CompletableFuture<>();
    try (WireProxy proxy = start(Transport.NIO, new LocalAddress("here"), heard)) {
      assertThatThrownBy(() -> heard.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(expected: an InetSocketAddress, for UDP)");
      assertThat(proxy.status().servers()).hasSize(1);
    }
  }

  private static WireProxy start(
      Transport transport, SocketAddress server, CompletableFuture<String> heard) {
    Backend backend = Backend.builder("app")
        .server(Server.of("s1", server))
        .monitor("curious", watched -> {
          watched
              .connectDatagram(new Curious(heard), ConnectOptions.of(WireProxy.SOON))
              .addListener(connected -> {
                if (!connected.isSuccess()) {
                  heard.completeExceptionally(connected.cause());
                }
              });
          return () -> {};
        })
        .build();
    return WireProxy.start(backend, transport, UnaryOperator.identity());
  }

  private static final class Curious extends SimpleChannelInboundHandler<DatagramPacket> {
    private final CompletableFuture<String> heard;

    Curious(CompletableFuture<String> heard) {
      this.heard = heard;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      var unused = ctx.writeAndFlush(Unpooled.copiedBuffer("hello?", US_ASCII));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
      heard.complete(packet.content().toString(US_ASCII));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      heard.completeExceptionally(cause);
    }
  }
}
