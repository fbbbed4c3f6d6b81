package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.PortUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * One question by UDP, sent once, and what the server answers: datagrams of at most 2048 bytes, the rest of
 * longer ones is cut off. On the control loop only.
 */
final class DatagramExchange extends SimpleChannelInboundHandler<DatagramPacket> {
  /** What one check wants to hear. */
  interface Judge {
    /**
     * A datagram has come from the server.
     *
     * @return the verdict, or null to wait for another
     */
    @Nullable
    Verdict heard(ByteBuf answer);

    /** What to say when the time is up. */
    Verdict late();
  }

  private final byte[] question;
  private final Judge judge;
  private final Awaited verdict;

  private DatagramExchange(byte[] question, Judge judge) {
    this.question = question;
    this.judge = judge;
    this.verdict = new Awaited(judge::late);
  }

  static Awaited with(Target target, byte[] question, Judge judge) {
    DatagramExchange exchange = new DatagramExchange(question, judge);
    target.connectDatagram(exchange).addListener(connected -> {
      if (!connected.isSuccess()) {
        exchange.verdict.complete(Reasons.notConnected(connected.cause()));
      }
    });
    return exchange.verdict;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(Unpooled.wrappedBuffer(question)).addListener(sent -> {
      if (!sent.isSuccess()) {
        exceptionCaught(ctx, sent.cause());
      }
    });
    ctx.fireChannelActive();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket packet) {
    if (verdict.isDone()) {
      return;
    }
    try {
      Verdict found = judge.heard(packet.content());
      if (found != null) {
        verdict.complete(found);
      }
    } catch (RuntimeException e) {
      verdict.completeExceptionally(e);
    }
  }

  /** What the network says of the server shows as a failure of the socket. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    String what = cause instanceof PortUnreachableException
        ? "port unreachable, nobody listens there"
        : Reasons.message(cause);
    verdict.complete(Verdict.of(CheckCode.L4CON, what));
  }
}
