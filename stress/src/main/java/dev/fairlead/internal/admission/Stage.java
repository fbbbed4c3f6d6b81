package dev.fairlead.internal.admission;

import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Members;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.internal.net.Background;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.internal.net.Names;
import dev.fairlead.state.BackendState;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.util.concurrent.Ticker;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One backend with one server "a", on loops that do nothing: what is told to them is lost. */
final class Stage {
  private static final LocalAddress ADDRESS = new LocalAddress("a");
  private static final Destination DESTINATION =
      new Destination(ADDRESS, new Names(new Background("names", 1)));
  private static final BackendState STATE =
      BackendState.of(Backend.builder("app").server(Server.of("a", ADDRESS)).build());

  /** Its clock stands still, its timers never run, its tasks are dropped. */
  static final EventLoop LOOP = (EventLoop) Proxy.newProxyInstance(
      Stage.class.getClassLoader(),
      new Class<?>[] {EventLoop.class},
      (proxy, method, args) -> switch (method.getName()) {
        case "ticker" -> Ticker.newMockTicker();
        case "inEventLoop", "equals" -> true;
        case "hashCode" -> 1;
        case "toString" -> "loop";
        default -> null;
      });

  private static final EventLoopGroup GROUP = (EventLoopGroup) Proxy.newProxyInstance(
      Stage.class.getClassLoader(),
      new Class<?>[] {EventLoopGroup.class},
      (proxy, method, args) ->
          method.getName().equals("iterator") ? List.of(LOOP).iterator() : null);

  final LiveServer live = server();
  final Admission admission;

  Stage(int limit) {
    admission = new Admission(
        "app",
        new Loops(GROUP, 1),
        0,
        Long.MAX_VALUE,
        routing(limit),
        (role, component, where, failure) -> {
          throw new AssertionError(role, failure);
        },
        Runnable::run);
  }

  static LiveServer server() {
    return new LiveServer("a", 1, 0, 0, DESTINATION, 1, Instant.EPOCH);
  }

  Routing routing(int limit) {
    Candidate candidate = new Candidate("a", 1, 0, ADDRESS, 1, limit, Map.of(), live);
    List<Candidate> all = List.of(candidate);
    return new Routing(
        STATE,
        Balancers.roundRobin().prepare(new Members(all, all, live::inFlight, null)),
        all,
        List.of(new Routing.Slots(candidate, live, true, true)),
        Map.of("a", candidate));
  }

  /** Waiters of either queue. */
  int waiting() {
    return admission.waiting() + live.queued();
  }
}
