package dev.fairlead.internal.control;

import dev.fairlead.internal.admission.Room;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Connects to a server when there is room for one more connection. On its event loop, but for {@link #run}. */
final class RoomedConnect implements Runnable {
  private final EventLoop loop;
  private final Room room;
  private final long deadline;
  private final LongFunction<Future<Channel>> connect;
  private final Promise<Channel> promise;
  private @Nullable Future<Channel> begun;
  private @Nullable Future<?> timer;

  /** @param connect connects within so many nanoseconds */
  RoomedConnect(
      EventLoop loop, Room room, long timeoutNanos, LongFunction<Future<Channel>> connect) {
    this.loop = loop;
    this.room = room;
    this.deadline = loop.ticker().nanoTime() + timeoutNanos;
    this.connect = connect;
    this.promise = loop.newPromise();
    promise.addListener(this::ended);
  }

  /** Has taken a place already. */
  Future<Channel> now() {
    entered();
    return promise;
  }

  /**
   * Waits where there is none.
   *
   * @param limit of connections
   * @param makeRoom asks for an idle one to be closed
   */
  Future<Channel> when(int limit, Runnable makeRoom) {
    if (room.enter(limit, this)) {
      return now();
    }
    long left = deadline - loop.ticker().nanoTime();
    timer = loop.schedule(this::timedOut, left, TimeUnit.NANOSECONDS);
    makeRoom.run();
    return promise;
  }

  /** A place was taken for it. From any thread. */
  @Override
  public void run() {
    loop.execute(this::entered);
  }

  private void entered() {
    if (promise.isDone()) {
      room.leave();
      return;
    }
    Future<Channel> connecting =
        connect.apply(Math.max(1, deadline - loop.ticker().nanoTime()));
    begun = connecting;
    connecting.addListener(this::connected);
  }

  private void connected(Future<? super Channel> done) {
    if (done.isSuccess()) {
      Channel channel = (Channel) done.getNow();
      channel.closeFuture().addListener(closed -> room.leave());
      if (!promise.trySuccess(channel)) {
        channel.close();
      }
    } else {
      room.leave();
      promise.tryFailure(done.cause());
    }
  }

  private void timedOut() {
    promise.tryFailure(new ConnectTimeoutException("no room for one more connection"));
  }

  private void ended(Future<? super Channel> done) {
    if (timer != null) {
      timer.cancel(false);
    }
    if (begun == null) {
      room.giveUp(this);
    } else if (done.isCancelled()) {
      begun.cancel(false);
    }
  }
}
