package dev.fairlead.internal.control;

import dev.fairlead.balance.Candidate;
import dev.fairlead.internal.admission.Admission;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.admission.Room;
import dev.fairlead.internal.admission.Routing;
import dev.fairlead.internal.net.Connector;
import dev.fairlead.spi.Reachable;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;

/** A server that may get new traffic, and whose connections may carry any request. */
final class EligibleServer implements Reachable {
  private final BackendRuntime backend;
  private final Connector connector;
  private final Candidate server;
  private final LiveServer live;

  private EligibleServer(
      BackendRuntime backend, Connector connector, Candidate server, LiveServer live) {
    this.backend = backend;
    this.connector = connector;
    this.server = server;
    this.live = live;
  }

  /** All of a backend, now. */
  static List<Reachable> of(BackendRuntime backend, Connector connector) {
    Routing now = backend.admission().routing();
    List<Reachable> all = new ArrayList<>(now.eligible().size());
    for (Candidate candidate : now.eligible()) {
      Routing.Slots slots = now.find(candidate);
      if (slots != null && slots.live().destination().edge().servesAny()) {
        all.add(new EligibleServer(backend, connector, candidate, slots.live()));
      }
    }
    return all;
  }

  @Override
  public Candidate server() {
    return server;
  }

  @Override
  public List<String> protocols() {
    return live.destination().protocols();
  }

  @Override
  public Future<Channel> connect(EventLoop loop, ChannelHandler handler) {
    Admission admission = backend.admission();
    Routing.Slots slots = admission.routing().find(server);
    if (admission.closed() || slots == null || !slots.eligible()) {
      return loop.newFailedFuture(new ConnectException(server.name() + " gets no new traffic"));
    }
    long timeout = backend.config().connectTimeout().toNanos();
    Connector.Purpose purpose = new Connector.Purpose(false, handler);
    Room room = live.room();
    if (room == null) {
      return connector.connect(loop, live.destination(), timeout, purpose);
    }
    int limit = slots.candidate().limit();
    if (!room.tryEnter(limit == 0 ? Integer.MAX_VALUE : limit)) {
      return loop.newFailedFuture(new ConnectException(server.name() + " takes no more"));
    }
    Future<Channel> connecting = new RoomedConnect(
            loop, room, timeout, left -> connector.connect(loop, live.destination(), left, purpose))
        .now();
    // Whoever has asked for room meanwhile was told that none is idle: now one is.
    connecting.addListener(done -> loop.execute(() -> admission.makeRoom(live)));
    return connecting;
  }
}
