package dev.fairlead.spi;

import dev.fairlead.balance.Candidate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;

/**
 * A server to which connections may be made before any request asks for them, see {@link Gateway#reachable}.
 * Thread-safe.
 */
public interface Reachable {
  /** {@return the server} */
  Candidate server();

  /** {@return what may be spoken with it, see {@link Gateway#protocols}} */
  List<String> protocols();

  /**
   * Connects without a lease, as {@link Gateway#connect} does with one. What is sent on the connection later
   * needs a lease all the same.
   *
   * @param loop the calling event loop, one of {@link Gateway#loops()}
   * @param handler comes behind what the connection itself needs
   * @return the active channel, or the failure; a {@link java.net.ConnectException} also where the server may
   *     get no new traffic any more
   */
  Future<Channel> connect(EventLoop loop, ChannelHandler handler);
}
