package dev.fairlead.http.internal;

import dev.fairlead.config.Backend;
import dev.fairlead.spi.Connection;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Protocol;
import dev.fairlead.spi.TlsInfo;
import io.netty.channel.EventLoop;
import java.time.Duration;
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
    for (EventLoop loop : gateway.loops()) {
      HttpLoop home = new HttpLoop(loop, gateway, settings);
      loops.put(loop, home);
      if (settings.pool().early() > 0) {
        loop.execute(home::begin);
      }
    }
    for (Backend backend : settings.backends()) {
      String name = backend.name();
      gateway.onServerLeft(name, server -> serverLeft(name, server));
      loops.forEach((loop, home) ->
          gateway.onCrowded(name, loop, server -> home.route(name).pool().closeIdle(server)));
    }
  }

  /** {@return how long an upgraded connection to a backend may rest} */
  public static Duration tunnelTimeout(Backend backend) {
    return HttpRoute.tunnelTimeout(backend);
  }

  @Override
  public void accepted(Connection client) {
    HttpLoop home = loops.get(client.channel().eventLoop());
    if (home == null) {
      throw new IllegalStateException("a connection on a loop that was not named: " + client);
    }
    TlsInfo tls = client.tls();
    if (tls != null && Connecting.HTTP_2.equals(tls.alpn())) {
      new Http2Session(home, client).start();
    } else {
      new Http1Session(home, client).start();
    }
  }

  @Override
  public void drain() {
    loops.forEach((loop, home) -> loop.execute(home::drain));
  }

  private void serverLeft(String backend, int server) {
    loops.forEach(
        (loop, home) -> loop.execute(() -> home.route(backend).pool().serverLeft(server)));
  }
}
