package dev.fairlead.internal.net;

import dev.fairlead.config.Transport;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;

/**
 * The kinds of channels, by event loop and address. The native transports are optional: their classes
 * are touched in their own holders only, after they were found to be there.
 */
public final class Channels {
  private Channels() {}

  /** Event loops of the wanted kind; AUTO is decided here, once. */
  public static EventLoopGroup newGroup(Transport wanted, int threads, String name) {
    ThreadFactory factory = new DefaultThreadFactory(name, true);
    return new MultiThreadIoEventLoopGroup(threads, factory, ioHandler(wanted));
  }

  private static IoHandlerFactory ioHandler(Transport wanted) {
    return switch (wanted) {
      case AUTO ->
        present(OfEpoll::available)
            ? OfEpoll.factory()
            : present(OfKQueue::available) ? OfKQueue.factory() : NioIoHandler.newFactory();
      case EPOLL -> {
        require("EPOLL", OfEpoll::available);
        yield OfEpoll.factory();
      }
      case KQUEUE -> {
        require("KQUEUE", OfKQueue::available);
        yield OfKQueue.factory();
      }
      case IO_URING -> {
        require("IO_URING", OfIoUring::available);
        yield OfIoUring.factory();
      }
      case NIO -> NioIoHandler.newFactory();
    };
  }

  private static boolean present(BooleanSupplier available) {
    try {
      return available.getAsBoolean();
    } catch (LinkageError e) {
      return false; // the optional jar is not there
    }
  }

  private static void require(String transport, BooleanSupplier available) {
    if (!present(available)) {
      throw new IllegalArgumentException(
          "transport: %s (expected: one whose library is on the class path and loads here)"
              .formatted(transport));
    }
  }

  /** A channel that listens on such an address, for that loop. */
  public static ServerChannel serverChannel(EventLoop loop, SocketAddress at) {
    if (at instanceof LocalAddress) {
      return new LocalServerChannel();
    }
    if (!(at instanceof InetSocketAddress)) {
      throw unsupported(at);
    }
    if (loop instanceof IoEventLoop io) {
      if (present(() -> OfEpoll.runs(io))) {
        return OfEpoll.serverChannel();
      } else if (present(() -> OfIoUring.runs(io))) {
        return OfIoUring.serverChannel();
      } else if (present(() -> OfKQueue.runs(io))) {
        return OfKQueue.serverChannel();
      }
    }
    return new NioServerSocketChannel();
  }

  /** A channel that connects to such an address, for that loop. */
  public static Channel channel(EventLoop loop, SocketAddress to) {
    if (to instanceof LocalAddress) {
      return new LocalChannel();
    }
    if (!(to instanceof InetSocketAddress)) {
      throw unsupported(to);
    }
    if (loop instanceof IoEventLoop io) {
      if (present(() -> OfEpoll.runs(io))) {
        return OfEpoll.channel();
      } else if (present(() -> OfIoUring.runs(io))) {
        return OfIoUring.channel();
      } else if (present(() -> OfKQueue.runs(io))) {
        return OfKQueue.channel();
      }
    }
    return new NioSocketChannel();
  }

  /** A channel for UDP with such an address, for that loop. */
  public static Channel datagramChannel(EventLoop loop, SocketAddress to) {
    if (!(to instanceof InetSocketAddress)) {
      throw new IllegalArgumentException(
          "address: %s of %s (expected: an InetSocketAddress, for UDP)"
              .formatted(to, to.getClass().getName()));
    }
    if (loop instanceof IoEventLoop io) {
      if (present(() -> OfEpoll.runs(io))) {
        return OfEpoll.datagramChannel();
      } else if (present(() -> OfIoUring.runs(io))) {
        return OfIoUring.datagramChannel();
      } else if (present(() -> OfKQueue.runs(io))) {
        return OfKQueue.datagramChannel();
      }
    }
    return new NioDatagramChannel();
  }

  private static IllegalArgumentException unsupported(SocketAddress address) {
    return new IllegalArgumentException(
        "address: %s of %s (expected: an InetSocketAddress or a LocalAddress)"
            .formatted(address, address.getClass().getName()));
  }

  private static final class OfEpoll {
    static boolean available() {
      return Epoll.isAvailable();
    }

    static IoHandlerFactory factory() {
      return SteadyEpoll.factory();
    }

    static boolean runs(IoEventLoop loop) {
      return loop.isCompatible(EpollIoHandle.class);
    }

    static ServerChannel serverChannel() {
      return new EpollServerSocketChannel();
    }

    static Channel channel() {
      return new EpollSocketChannel();
    }

    static Channel datagramChannel() {
      return new EpollDatagramChannel();
    }
  }

  private static final class OfKQueue {
    static boolean available() {
      return KQueue.isAvailable();
    }

    static IoHandlerFactory factory() {
      return KQueueIoHandler.newFactory();
    }

    static boolean runs(IoEventLoop loop) {
      return loop.isIoType(KQueueIoHandler.class);
    }

    static ServerChannel serverChannel() {
      return new KQueueServerSocketChannel();
    }

    static Channel channel() {
      return new KQueueSocketChannel();
    }

    static Channel datagramChannel() {
      return new KQueueDatagramChannel();
    }
  }

  private static final class OfIoUring {
    static boolean available() {
      return IoUring.isAvailable();
    }

    static IoHandlerFactory factory() {
      return IoUringIoHandler.newFactory();
    }

    static boolean runs(IoEventLoop loop) {
      return loop.isIoType(IoUringIoHandler.class);
    }

    static ServerChannel serverChannel() {
      return new IoUringServerSocketChannel();
    }

    static Channel channel() {
      return new IoUringSocketChannel();
    }

    static Channel datagramChannel() {
      return new IoUringDatagramChannel();
    }
  }
}
