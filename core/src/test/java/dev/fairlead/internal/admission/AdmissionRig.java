package dev.fairlead.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Members;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Picker;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.internal.net.Background;
import dev.fairlead.internal.net.Destination;
import dev.fairlead.internal.net.Loops;
import dev.fairlead.internal.net.Names;
import dev.fairlead.state.BackendState;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.local.LocalAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** An {@link Admission} whose snapshots are made by hand. */
final class AdmissionRig {
  static final Duration QUEUE_TIMEOUT = Duration.ofSeconds(5);

  /** Whom the request wishes for, even if it is full; else the first that is usable, or anyone. */
  static final Balancer WISHES = Balancer.of(AdmissionRig::wished);

  private static final Names NAMES = new Names(new Background("test-names", 1));
  private static final BackendState STATE = BackendState.of(
      Backend.builder("app").server(Server.of("none", new LocalAddress("none"))).build());

  final Loops loops;
  final Admission admission;
  final List<String> failures = new CopyOnWriteArrayList<>();
  private final Map<String, LiveServer> live = new LinkedHashMap<>();
  private final Balancer balancer;
  private int ids;

  /** A server in a snapshot. */
  record Slot(String name, int limit, int maxQueue, boolean eligible, boolean sticky) {
    static Slot of(String name, int limit) {
      return new Slot(name, limit, 0, true, true);
    }

    Slot maxQueue(int most) {
      return new Slot(name, limit, most, eligible, sticky);
    }

    Slot draining() {
      return new Slot(name, limit, maxQueue, false, true);
    }

    Slot down() {
      return new Slot(name, limit, maxQueue, false, false);
    }
  }

  AdmissionRig(EventLoopGroup traffic, Balancer balancer, int maxQueue, Slot... servers) {
    this(traffic, balancer, maxQueue, QUEUE_TIMEOUT, servers);
  }

  AdmissionRig(
      EventLoopGroup traffic,
      Balancer balancer,
      int maxQueue,
      Duration queueTimeout,
      Slot... servers) {
    this.loops = new Loops(traffic, 1);
    this.balancer = balancer;
    this.admission = new Admission(
        "app",
        loops,
        maxQueue,
        queueTimeout.toNanos(),
        routing(servers),
        (role, component, where, failure) -> failures.add(role + ": " + failure.getMessage()),
        Runnable::run);
  }

  private static @Nullable Candidate wished(List<Candidate> servers, PickContext request) {
    String wish = request.request(String.class);
    for (Candidate server : servers) {
      if (wish == null ? request.usable(server) : server.name().equals(wish)) {
        return server;
      }
    }
    return null;
  }

  /** Puts a snapshot in force; servers of the same name stay, those not named have left. */
  void publish(Slot... servers) {
    admission.publish(routing(servers));
  }

  LiveServer live(String name) {
    LiveServer found = live.get(name);
    if (found == null) {
      throw new AssertionError(name);
    }
    return found;
  }

  @SuppressWarnings(
      "NullAway") // JDK 17 does not see in Routing's class file that slots may be null
  private Routing routing(Slot... servers) {
    Map<String, LiveServer> before = new HashMap<>(live);
    live.clear();
    List<Routing.@Nullable Slots> slots =
        new ArrayList<Routing.@Nullable Slots>(Collections.nCopies(16, null));
    List<Candidate> all = new ArrayList<>();
    List<Candidate> eligible = new ArrayList<>();
    Map<String, Candidate> sticky = new HashMap<>();
    for (Slot server : servers) {
      LiveServer same = before.get(server.name());
      LiveServer at = same == null ? fresh(server, before, servers) : same;
      live.put(server.name(), at);
      Candidate candidate = new Candidate(
          server.name(),
          at.id(),
          at.index(),
          new LocalAddress(server.name()),
          1,
          server.limit(),
          Map.of(),
          at);
      slots.set(at.index(), new Routing.Slots(candidate, at, server.eligible(), server.sticky()));
      all.add(candidate);
      if (server.eligible()) {
        eligible.add(candidate);
      }
      if (server.sticky()) {
        sticky.put(server.name(), candidate);
      }
    }
    Picker picker =
        eligible.isEmpty() ? null : balancer.prepare(new Members(eligible, all, () -> 0, null));
    return new Routing(STATE, picker, eligible, slots, sticky);
  }

  /** An index that neither a server of this snapshot nor one made for it has. */
  private LiveServer fresh(Slot server, Map<String, LiveServer> before, Slot... servers) {
    List<Integer> used = new ArrayList<>();
    live.values().forEach(l -> used.add(l.index()));
    for (Slot other : servers) {
      LiveServer stays = before.get(other.name());
      if (stays != null) {
        used.add(stays.index());
      }
    }
    int index = 0;
    while (used.contains(index)) {
      index++;
    }
    return new LiveServer(
        server.name(),
        ++ids,
        index,
        server.maxQueue(),
        new Destination(new LocalAddress(server.name()), NAMES),
        loops.count(),
        Instant.EPOCH);
  }

  /** Nobody waits and nothing is in flight. */
  void assertAtRest() {
    assertThat(admission.waiting()).as("waiters for any server").isZero();
    live.forEach((name, server) -> {
      assertThat(server.queued()).as("waiters of %s", name).isZero();
      assertThat(server.queue).as("queue of %s", name).isEmpty();
      assertThat(server.inFlight()).as("in flight on %s", name).isZero();
      assertThat(server.startedNanosSum()).as("start times on %s", name).isZero();
    });
  }
}
