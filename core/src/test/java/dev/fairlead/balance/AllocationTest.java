package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Fleet.Ended;
import dev.fairlead.testkit.Allocations;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pick and the end of a lease allocate nothing, whatever the strategy and the key. */
class AllocationTest {
  private static final int ROUNDS = 20_000;
  private static final Ended OUTCOME = Ended.ok(1_000_000);

  private final FakePickContext request = new FakePickContext(1).with("the key").to(address("::1"));

  private static SocketAddress address(String text) {
    try {
      return new InetSocketAddress(InetAddress.getByName(text), 443);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static Collection<Balancer> strategies() {
    return EveryStrategy.all().values();
  }

  @Test
  void every_factory_is_measured() {
    assertThat(EveryStrategy.all().keySet()).containsAll(EveryStrategy.factories());
    assertThat(keys().keySet()).containsExactlyInAnyOrderElementsOf(EveryStrategy.hashKeys());
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void picks_allocate_nothing(Balancer balancer) {
    for (int size : new int[] {3, 100, 1000}) {
      List<Candidate> servers = servers(size, 2 * ROUNDS);
      Picker picker = prepare(balancer, servers);
      Candidate[] held = new Candidate[50];
      long least = Allocations.leastBytes(() -> run(picker, held));
      assertThat(least).as("bytes for %d picks among %d", ROUNDS, size).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void picks_allocate_nothing_while_all_servers_are_full(Balancer balancer) {
    List<Candidate> servers = servers(300, 1);
    servers.forEach(server -> FakeLoad.of(server).hold(0));
    Picker picker = prepare(balancer, servers);
    long least = Allocations.leastBytes(() -> {
      for (int i = 0; i < ROUNDS / 4; i++) {
        picker.pick(request.at(i * 100_000L));
      }
    });
    assertThat(least).isZero();
  }

  /** Without the stream by which {@link Candidates} sums up what is in flight. */
  private static Picker prepare(Balancer balancer, List<Candidate> servers) {
    Candidate[] all = servers.toArray(Candidate[]::new);
    LongSupplier inFlight = () -> {
      long sum = 0;
      for (Candidate server : all) {
        sum += server.inFlight();
      }
      return sum;
    };
    return balancer.prepare(new Members(servers, servers, inFlight, null));
  }

  private static List<Candidate> servers(int size, int limit) {
    int[] weights = IntStream.range(0, size).map(i -> 1 + i % 5).toArray();
    return Candidates.many(size).weights(weights).limit(limit).build();
  }

  private void run(Picker picker, Candidate[] held) {
    for (int i = 0; i < ROUNDS; i++) {
      Candidate ended = held[i % held.length];
      if (ended != null) {
        picker.completed(ended, OUTCOME);
        FakeLoad.of(ended).release(0);
      }
      Candidate server = picker.pick(request.at(i * 100_000L));
      if (server != null) {
        FakeLoad.of(server).hold(0);
        held[i % held.length] = server;
      }
    }
  }

  private static Map<String, HashKey> keys() {
    return Map.of(
        "source()", HashKeys.source(),
        "source(int, int)", HashKeys.source(24, 64),
        "sourceAndPort()", HashKeys.sourceAndPort(),
        "destination()", HashKeys.destination(),
        "destinationAndPort()", HashKeys.destinationAndPort(),
        "of(String, Text)", HashKeys.of("constant", r -> "constant"),
        "request(Class, String, Text)", HashKeys.request(String.class, "text", text -> text));
  }

  @Test
  void keys_allocate_nothing() {
    for (String client : new String[] {"10.1.2.3", "2001:db8::7"}) {
      request.from(address(client));
      keys().forEach(AllocationTest.this::assertAllocatesNothing);
    }
    request.from(InetSocketAddress.createUnresolved("somewhere", 80));
    keys().forEach(AllocationTest.this::assertAllocatesNothing);
  }

  private void assertAllocatesNothing(String name, HashKey key) {
    long least = Allocations.leastBytes(() -> {
      for (int i = 0; i < ROUNDS; i++) {
        if (!key.write(request, KeyBuffer.empty())) {
          throw new AssertionError("no key");
        }
      }
    });
    assertThat(least).as(name).isZero();
  }
}
