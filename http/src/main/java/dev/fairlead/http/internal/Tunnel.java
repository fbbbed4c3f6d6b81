package dev.fairlead.http.internal;

import dev.fairlead.spi.Relaying;
import dev.fairlead.status.Termination;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An upgraded exchange: bytes that nobody looks at. On its event loop only. */
final class Tunnel implements Relaying {
  private final Http1Session session;
  private final HttpRoute route;
  private long earlyFromClient;
  private long earlyFromServer;
  private boolean clientEnded;
  private boolean serverEnded;

  Tunnel(Http1Session session, HttpRoute route) {
    this.session = session;
    this.route = route;
  }

  /**
   * Begins to relay; what was read already goes first.
   *
   * @param client the client's channel, without a handler of ours
   * @param early what was read from it, taken over, or null
   * @param clientHasEnded whether it will send no more
   * @param server the other end
   */
  void open(Channel client, @Nullable ByteBuf early, boolean clientHasEnded, ServerStream server) {
    clientEnded = clientHasEnded;
    serverEnded = server.inputEnded();
    ByteBuf late = server.takeRest();
    Channel to = server.handOver();
    if (late != null) {
      earlyFromServer = late.readableBytes();
      client.writeAndFlush(late, client.voidPromise());
    }
    if (early != null) {
      earlyFromClient = early.readableBytes();
      to.writeAndFlush(early, to.voidPromise());
    }
    route.home().gateway().relay(client, to, this);
  }

  @Override
  public boolean clientEnded() {
    return clientEnded;
  }

  @Override
  public boolean serverEnded() {
    return serverEnded;
  }

  @Override
  public Duration clientTimeout() {
    return route.tunnelTimeout();
  }

  @Override
  public Duration serverTimeout() {
    return route.tunnelTimeout();
  }

  @Override
  public Duration clientFinTimeout() {
    return route.tunnelClientFin();
  }

  @Override
  public Duration serverFinTimeout() {
    return route.tunnelServerFin();
  }

  @Override
  public void ended(Termination termination, long fromClient, long fromServer) {
    session.tunnelEnded(termination, fromClient + earlyFromClient, fromServer + earlyFromServer);
  }
}
