package dev.fairlead.testkit;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;

/**
 * Event loops that are gone when the test is: {@code try (Loops loops = Loops.nio(2)) { … }}.
 * Immutable; close from any thread but a loop's own.
 */
public final class Loops implements AutoCloseable {
  private final EventLoopGroup group;

  private Loops(int threads, IoHandlerFactory factory) {
    group = new MultiThreadIoEventLoopGroup(threads, factory);
  }

  /**
   * Loops for real sockets.
   *
   * @param threads how many loops, one thread each
   * @return running loops, to be closed
   */
  public static Loops nio(int threads) {
    return new Loops(threads, NioIoHandler.newFactory());
  }

  /**
   * Loops for channels within this JVM.
   *
   * @param threads how many loops, one thread each
   * @return running loops, to be closed
   */
  public static Loops local(int threads) {
    return new Loops(threads, LocalIoHandler.newFactory());
  }

  /**
   * The loops, for bootstraps.
   *
   * @return always the same group
   */
  public EventLoopGroup group() {
    return group;
  }

  @Override
  public void close() {
    shutDown(group);
  }

  /**
   * Shuts a group down without a quiet period and waits until its threads have ended.
   *
   * @param group what to stop; may have been stopped before
   * @throws AssertionError if it still runs after ten seconds
   */
  public static void shutDown(EventLoopGroup group) {
    if (!group
        .shutdownGracefully(0, 5, TimeUnit.SECONDS)
        .awaitUninterruptibly(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the event loops still run: " + group);
    }
  }
}
