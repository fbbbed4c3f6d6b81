package dev.fairlead.internal.net;

import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Relaying;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Termination.Cause;
import dev.fairlead.status.Termination.Stage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;

/**
 * Passes bytes both ways between two channels on one event loop. A reader is stopped while its target
 * cannot take more; the end of one direction is passed on after its last byte, and the other direction
 * goes on; a reset is passed on as a reset.
 */
public final class Relay {
  private final Relaying relaying;
  private final Pipe fromClient;
  private final Pipe fromServer;
  private boolean halfClosed;
  private boolean ended;

  private Relay(Channel client, Channel server, Relaying relaying) {
    this.relaying = relaying;
    this.fromClient = new Pipe(client, server, Cause.CLIENT, Cause.CLIENT_TIMEOUT);
    this.fromServer = new Pipe(server, client, Cause.SERVER, Cause.SERVER_TIMEOUT);
  }

  /** Begins. Both channels are on the calling event loop. */
  public static void start(Channel client, Channel server, Relaying relaying) {
    Relay relay = new Relay(client, server, relaying);
    client.pipeline().addLast(relay.fromClient);
    server.pipeline().addLast(relay.fromServer);
    relay.fromClient.rest(relaying.clientTimeout());
    relay.fromServer.rest(relaying.serverTimeout());
    if (!client.isActive()) {
      relay.end(new Termination(Cause.CLIENT, Stage.DATA), true);
    } else if (!server.isActive()) {
      relay.end(new Termination(Cause.SERVER, Stage.DATA), true);
    } else {
      client.config().setAutoRead(true);
      server.config().setAutoRead(true);
    }
  }

  private void end(Termination termination, boolean reset) {
    if (ended) {
      return;
    }
    ended = true;
    fromClient.close(reset);
    fromServer.close(reset);
    relaying.ended(termination, fromClient.bytes, fromServer.bytes);
  }

  private void directionEnded() {
    if (fromClient.done && fromServer.done) {
      end(Termination.NORMAL, false);
    } else if (!halfClosed) {
      halfClosed = true;
      fromClient.rest(relaying.clientFinTimeout());
      fromServer.rest(relaying.serverFinTimeout());
    }
  }

  private Pipe opposite(Pipe pipe) {
    return pipe == fromClient ? fromServer : fromClient;
  }

  /** One direction: reads from its source, writes to its target. Watches over its source's rest too. */
  private final class Pipe extends ChannelInboundHandlerAdapter {
    private final Channel source;
    private final Channel target;
    private final Cause aborted;
    private final Cause timedOut;
    private final LoopTimer timer;
    private long restNanos;
    private long bytes;
    private long drained;
    private boolean done;

    Pipe(Channel source, Channel target, Cause aborted, Cause timedOut) {
      this.source = source;
      this.target = target;
      this.aborted = aborted;
      this.timedOut = timedOut;
      EventLoop loop = source.eventLoop();
      this.timer = new LoopTimer(loop, this::rested);
    }

    void rest(Duration timeout) {
      restNanos = timeout.toNanos();
      timer.set(restNanos);
    }

    private void rested() {
      long out = opposite(this).bytes - pending();
      if (out > drained) { // it reads what it is sent, if slowly
        drained = out;
        timer.set(restNanos);
      } else {
        end(new Termination(timedOut, Stage.DATA), false);
      }
    }

    private long pending() {
      var buffer = source.unsafe().outboundBuffer();
      return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (ended || done) {
        ReferenceCountUtil.release(message);
        return;
      }
      bytes += ((ByteBuf) message).readableBytes();
      target.write(message, target.voidPromise());
      if (!target.isWritable()) {
        target.flush();
        if (!target.isWritable()) {
          source.config().setAutoRead(false);
        }
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      if (!ended) {
        timer.set(restNanos);
        target.flush();
        if (target.isWritable()) {
          Pipe other = opposite(this);
          other.timer.set(other.restNanos);
        }
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (!ended && source.isWritable()) {
        timer.set(restNanos);
        target.config().setAutoRead(true);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        sourceEnded();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (source instanceof LocalChannel) { // knows no half-close
        sourceEnded();
        opposite(this).sourceEnded();
      } else if (!ended && !(done && opposite(this).done)) {
        end(new Termination(aborted, Stage.DATA), !done);
      }
    }

    private void sourceEnded() {
      if (ended || done) {
        return;
      }
      done = true;
      target.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(f -> lastByteWritten(f.isSuccess()));
    }

    private void lastByteWritten(boolean written) {
      if (ended) {
        return;
      }
      if (!written) {
        end(new Termination(opposite(this).aborted, Stage.DATA), true);
        return;
      }
      if (target instanceof DuplexChannel duplex && !opposite(this).done) {
        duplex.shutdownOutput();
      }
      directionEnded();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      end(new Termination(aborted, Stage.DATA), true);
    }

    void close(boolean reset) {
      timer.close();
      if (!source.isOpen()) {
        return;
      }
      if (reset && !(source instanceof LocalChannel)) {
        source.config().setOption(ChannelOption.SO_LINGER, 0);
        source.close();
      } else {
        source.flush();
        source.close();
      }
    }
  }
}
