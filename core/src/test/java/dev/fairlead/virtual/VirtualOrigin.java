package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Server;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalServerChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server of the test's: answers each message with its own name, unless it is told to be silent. */
final class VirtualOrigin {
  private final VirtualNetwork net;
  private final LocalAddress address;
  private final List<Channel> connections = new ArrayList<>();
  private final StringBuilder received = new StringBuilder();
  private final Channel listening;
  private boolean silent;

  VirtualOrigin(VirtualNetwork net, LocalAddress address) {
    this.net = net;
    this.address = address;
    ChannelFuture binding = new ServerBootstrap()
        .group(net.traffic())
        .channel(LocalServerChannel.class)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel connection) {
            connections.add(connection);
            connection.pipeline().addLast(new Answering());
          }
        })
        .bind(address);
    net.run();
    assertThat(binding.isSuccess()).isTrue();
    this.listening = binding.channel();
  }

  private final class Answering extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
      received.append(message.toString(StandardCharsets.US_ASCII));
      if (!silent) {
        ctx.writeAndFlush(bytes(address.id()));
      }
    }
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  /** As a server of a backend, named as its address is. */
  Server server() {
    return Server.of(address.id(), address);
  }

  VirtualOrigin silent() {
    silent = true;
    return this;
  }

  /** Says something of its own accord, on each connection. */
  void say(String text) {
    connections.forEach(c -> c.writeAndFlush(bytes(text)));
    net.run();
  }

  /** Closes its connections, but goes on to listen. */
  void hangUp() {
    connections.forEach(Channel::close);
    net.run();
  }

  /** Whoever connects is refused from now on. */
  void stopListening() {
    listening.close();
    net.run();
  }

  /** How many have ever connected. */
  int connections() {
    net.run();
    return connections.size();
  }

  int open() {
    net.run();
    return (int) connections.stream().filter(Channel::isActive).count();
  }

  String received() {
    net.run();
    return received.toString();
  }

  void assertNobodyIsLeft() {
    assertThat(open()).as("connections left at %s", address).isZero();
  }
}
