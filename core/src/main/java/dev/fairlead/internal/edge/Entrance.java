package dev.fairlead.internal.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The way in, for one connection: stands first in its pipeline, gives it to the protocol when it is
 * active, and tells of its end when everybody behind has heard of it.
 */
public final class Entrance extends ChannelInboundHandlerAdapter {
  private final Reception reception;
  private final AtomicBoolean over = new AtomicBoolean();
  private boolean active;

  public Entrance(Reception reception) {
    this.reception = reception;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    active = true;
    Channel client = ctx.channel();
    reception.admit(new ClientConnection(client, reception.arrived(client)));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ctx.fireChannelInactive();
    end();
  }

  /** The channel is closed. On its loop. */
  public void closed() {
    if (!active) {
      end();
    }
  }

  /** It never got a loop. */
  public void failed(Channel client) {
    client.unsafe().closeForcibly();
    end();
  }

  private void end() {
    if (over.compareAndSet(false, true)) {
      reception.left();
    }
  }
}
