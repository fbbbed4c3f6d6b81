package dev.fairlead.http.internal;

import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import dev.fairlead.spi.Upstream;
import io.netty.channel.EventLoop;
import java.util.IdentityHashMap;

/** HTTP for one opened frontend. Immutable; what changes is kept per event loop. */
public final class HttpProtocol implements Protocol {
  private final IdentityHashMap<EventLoop, HttpLoop> loops = new IdentityHashMap<>();

  /**
   * The protocol of a frontend.
   *
   * @param gateway the engine
   * @param settings the frontend's configuration
   */
  public HttpProtocol(Gateway gateway, HttpSettings settings) {
    Upstream upstream = gateway.upstream(settings.backend().name());
    for (EventLoop loop : gateway.loops()) {
      loops.put(loop, new HttpLoop(loop, gateway, upstream, settings));
    }
    gateway.onServerLeft(settings.backend().name(), this::serverLeft);
  }

  @Override
  public void accepted(Connection client) {
    HttpLoop home = loops.get(client.channel().eventLoop());
    if (home == null) {
      throw new IllegalStateException("a connection on a loop that was not named: " + client);
    }
    new HttpSession(home, client).start();
  }

  @Override
  public void drain() {
    loops.forEach((loop, home) -> loop.execute(home::drain));
  }

  private void serverLeft(int server) {
    loops.forEach((loop, home) -> loop.execute(() -> home.pool().serverLeft(server)));
  }
}
