package dev.fairlead.internal.net;

import dev.fairlead.config.Binding;
import dev.fairlead.internal.edge.Entrance;
import dev.fairlead.internal.edge.Gate;
import dev.fairlead.internal.edge.Reception;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Accepts the connections of one frontend on all its bindings, never more than its limit: the rest waits
 * in the kernel's backlog. Each accepted channel goes to an event loop in turn, with auto-read off, and
 * then through the {@link Entrance}.
 *
 * <p>All server channels live on one event loop, so the limit is watched by one thread; connections end
 * on any.
 */
public final class Listener {
  private static final System.Logger LOG = System.getLogger("dev.fairlead");
  private static final int BURST = 16;
  private static final long PAUSE_MILLIS = 500;

  private final EventLoop loop;
  private final Loops loops;
  private final int limit;
  private final Reception reception;
  private final Consumer<String> paused;
  private final Runnable resumed;
  private final Runnable goOn = this::goOn;
  private final AtomicInteger open = new AtomicInteger();
  private final List<Channel> servers = new ArrayList<>();
  private final List<Runnable> onEmpty = new ArrayList<>();
  private boolean outOfResources;
  private volatile boolean closed;
  private volatile boolean emptyWanted;

  /**
   * @param limit how many connections may be open at once, 0 for any number
   * @param reception gets every connection; tells {@link #left} when one is over
   * @param paused told when a resource has run out
   * @param resumed told when accepting goes on after that
   */
  public Listener(
      Loops loops, int limit, Reception reception, Consumer<String> paused, Runnable resumed) {
    this.loop = loops.next();
    this.loops = loops;
    this.limit = limit;
    this.reception = reception;
    this.paused = paused;
    this.resumed = resumed;
  }

  /** Connections open now. */
  public int open() {
    return open.get();
  }

  /** Begins to listen; may be called once for each binding. */
  public Future<SocketAddress> bind(Binding binding, Gate gate) {
    Promise<SocketAddress> bound = ImmediateEventExecutor.INSTANCE.newPromise();
    Runnable bind = () -> bind(binding, gate, bound);
    if (!onLoop(bind)) {
      bound.tryFailure(new IllegalStateException("the event loops have been shut down"));
    }
    return bound;
  }

  /** Runs a task on the acceptors' loop; false when that has been shut down, and all with it. */
  private boolean onLoop(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "the event loops have been shut down", e);
      return false;
    }
  }

  private void bind(Binding binding, Gate gate, Promise<SocketAddress> bound) {
    if (closed) {
      bound.tryFailure(new ClosedChannelException());
      return;
    }
    try {
      ServerChannel channel = Channels.serverChannel(loop, binding.address());
      if (!(binding.address() instanceof LocalAddress)) {
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setOption(ChannelOption.SO_BACKLOG, binding.backlog());
      }
      limitBurst(channel, burst());
      channel.pipeline().addLast(new Acceptor(gate));
      servers.add(channel);
      ChannelFutureListener done = f -> {
        if (f.isSuccess()) {
          bound.trySuccess(channel.localAddress());
        } else {
          servers.remove(channel);
          channel.close();
          bound.tryFailure(f.cause());
        }
      };
      loop.register(channel).addListener((ChannelFutureListener) registered -> {
        if (registered.isSuccess()) {
          channel.bind(binding.address()).addListener(done);
        } else {
          done.operationComplete(registered);
        }
      });
    } catch (RuntimeException e) {
      bound.tryFailure(e);
    }
  }

  /** Stops listening; open connections stay. */
  public Future<?> close() {
    Promise<Void> done = ImmediateEventExecutor.INSTANCE.newPromise();
    if (!onLoop(() -> close(done))) {
      done.trySuccess(null);
    }
    return done;
  }

  private void close(Promise<Void> done) {
    closed = true;
    List<Channel> all = List.copyOf(servers);
    servers.clear();
    AtomicInteger left = new AtomicInteger(all.size());
    if (all.isEmpty()) {
      done.trySuccess(null);
    }
    for (Channel server : all) {
      server.close().addListener(f -> {
        if (left.decrementAndGet() == 0) {
          done.trySuccess(null);
        }
      });
    }
  }

  /** How many connections may be accepted in a row without going beyond the limit. */
  private int burst() {
    return limit == 0 ? BURST : Math.max(1, Math.min(BURST, limit - open.get()));
  }

  private static void limitBurst(Channel server, int burst) {
    if (server.config().getRecvByteBufAllocator()
        instanceof MaxMessagesRecvByteBufAllocator reads) {
      reads.maxMessagesPerRead(burst);
    }
  }

  /** Fits accepting to what is free now. On the acceptors' loop. */
  private void adjust() {
    boolean accept = !outOfResources && (limit == 0 || open.get() < limit);
    int burst = burst();
    for (Channel server : servers) {
      limitBurst(server, burst);
      server.config().setAutoRead(accept);
    }
  }

  /** Runs a task once no connection is open, at once or later; to be asked after {@link #close}. */
  public void whenEmpty(Runnable task) {
    Runnable ask = () -> {
      onEmpty.add(task);
      emptyWanted = true;
      lookEmpty();
    };
    if (!onLoop(ask)) {
      task.run();
    }
  }

  private void lookEmpty() {
    if (open.get() == 0) {
      List<Runnable> tasks = List.copyOf(onEmpty);
      onEmpty.clear();
      tasks.forEach(Runnable::run);
    }
  }

  /** A connection of another frontend joins; false when it is closed or full. From any loop. */
  public boolean join() {
    int now;
    do {
      now = open.get();
      if (closed || (limit > 0 && now >= limit)) {
        return false;
      }
    } while (!open.compareAndSet(now, now + 1));
    return true;
  }

  /** A connection is over. From any thread. */
  public void left() {
    int left = open.decrementAndGet();
    if (left == 0 && emptyWanted) {
      onLoop(this::lookEmpty);
    }
    if (limit > 0 && left >= limit - BURST) {
      onLoop(this::adjust);
    }
  }

  private final class Acceptor extends ChannelInboundHandlerAdapter {
    private final Gate gate;

    Acceptor(Gate gate) {
      this.gate = gate;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      Channel client = (Channel) message;
      int now = open.incrementAndGet();
      if (limit > 0 && now >= limit - BURST) {
        adjust();
      }
      Entrance entry = new Entrance(reception, gate);
      client.closeFuture().addListener(f -> entry.closed());
      try {
        client.config().setAutoRead(false);
        if (!(client.localAddress() instanceof LocalAddress)) {
          client.config().setOption(ChannelOption.TCP_NODELAY, true);
          client.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        client.pipeline().addLast(entry);
        loops.next().register(client).addListener(f -> {
          if (!f.isSuccess()) {
            entry.failed(client);
          }
        });
      } catch (RuntimeException e) { // the client has left already
        entry.failed(client);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!outOfResources) {
        outOfResources = true;
        adjust();
        // First this: to tell of it may fail for the same reason.
        ctx.executor().schedule(goOn, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        paused.accept(String.valueOf(cause.getMessage()));
      }
    }
  }

  private void goOn() {
    outOfResources = false;
    adjust();
    resumed.run();
  }
}
