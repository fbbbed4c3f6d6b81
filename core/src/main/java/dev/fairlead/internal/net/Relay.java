package dev.fairlead.internal.net;

import dev.fairlead.spi.ChannelEnd;
import dev.fairlead.spi.EdgeException;
import dev.fairlead.spi.LoopTimer;
import dev.fairlead.spi.Relaying;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Termination.Cause;
import dev.fairlead.status.Termination.Stage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes both ways between two channels on one event loop. A reader is stopped while its target
 * cannot take more; the end of one direction is passed on after its last byte, and the other direction
 * goes on; a reset is passed on as a reset.
 */
public final class Relay {
  private final Relaying relaying;
  private final Pipe fromClient;
  private final Pipe fromServer;
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
      if (relaying.clientEnded()) {
        relay.fromClient.sourceEnded();
      }
      if (relaying.serverEnded()) {
        relay.fromServer.sourceEnded();
      }
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
    if (fromClient.finished && fromServer.finished) {
      end(Termination.NORMAL, false);
    } else if (fromClient.finished) {
      fromServer.rest(relaying.serverFinTimeout());
    } else {
      fromClient.rest(relaying.clientFinTimeout());
    }
  }

  private Pipe opposite(Pipe pipe) {
    return pipe == fromClient ? fromServer : fromClient;
  }

  /**
   * One direction: reads from its source, writes to its target. Watches over its source's rest too:
   * whether it says something while it is read, and takes what it is sent.
   */
  private final class Pipe extends ChannelInboundHandlerAdapter {
    private final Channel source;
    private final Channel target;
    private final Cause aborted;
    private final Cause timedOut;
    private final LoopTimer timer;
    private long restNanos;
    private long bytes;

    /** What the source has not taken yet of what is sent to it, as it was at the last look. */
    private long left;

    /** Why the source's TLS broke off. */
    private @Nullable Reason reason;

    /** Nothing more comes from the source. */
    private boolean done;

    /** Nor is anything left to be written to the target. */
    private boolean finished;

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
      long before = left;
      left = left();
      if (left < before) { // it takes what it is sent, if slowly
        timer.set(restNanos);
      } else if (left > 0 || (!done && source.config().isAutoRead())) {
        end(new Termination(timedOut, Stage.DATA), false);
      } // else nothing is expected of it now; whoever changes that sets the timer
    }

    private long left() {
      return ChannelEnd.unsent(source);
    }

    /** Sends the target what was written to it; that it takes some of it is a sign of life. */
    private void flush() {
      Pipe other = opposite(this);
      long before = other.left();
      target.flush();
      other.left = other.left();
      if (other.left < before || (other.left > 0 && !other.timer.isSet())) {
        other.timer.set(other.restNanos);
      }
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
        flush();
        if (!target.isWritable()) {
          source.config().setAutoRead(false);
        }
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      if (!ended) {
        timer.set(restNanos);
        flush();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (!ended && source.isWritable()) {
        left = left();
        timer.set(restNanos);
        Pipe other = opposite(this);
        other.timer.set(other.restNanos); // it is read again
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
      if (source instanceof LocalChannel) { // knows no half-close: all that it had to say is here
        sourceEnded();
        opposite(this).cut();
      } else {
        broken(!done);
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
      if (ended || finished) {
        return;
      }
      if (!written) {
        opposite(this).broken(true);
        return;
      }
      finished = true;
      if (!opposite(this).finished) {
        ChannelEnd.shutdownOutput(target);
      }
      directionEnded();
    }

    /** The target takes nothing any more; what the source may still send has nowhere to go. */
    private void cut() {
      if (!ended && !finished) {
        done = true;
        finished = true;
        directionEnded();
      }
    }

    /** The source's connection has broken off. What it had said before its end is still passed on. */
    private void broken(boolean reset) {
      if (done && !finished) {
        opposite(this).cut();
      } else {
        end(new Termination(aborted, Stage.DATA, reason), reset);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof EdgeException edge && reason == null) {
        reason = edge.reason();
      }
      if (reason != Reason.TLS_TRUNCATED) { // an end follows; only what is relayed knows its length
        broken(true);
      }
    }

    void close(boolean reset) {
      timer.close();
      if (reset) {
        ChannelEnd.reset(source);
      } else if (source.isOpen()) {
        source.flush();
        source.close();
      }
    }
  }
}
