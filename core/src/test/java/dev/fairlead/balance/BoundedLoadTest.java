package dev.fairlead.balance;

import static dev.fairlead.balance.Keyed.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bound holds in large fleets too, and a server that is full is no way out. */
class BoundedLoadTest {
  private final FakePickContext request = new FakePickContext(1);

  static Stream<Balancer> bounded() {
    HashBalancer hash = Balancers.hash(KEY).boundedLoad(125);
    return Stream.of(
        hash,
        hash.modulo(),
        hash.ring(),
        hash.rendezvous(),
        Balancers.boundedLoad(Balancers.first(), 125));
  }

  @ParameterizedTest
  @MethodSource("bounded")
  void of_a_thousand_servers_none_takes_more_of_one_key_than_its_bound(Balancer balancer) {
    List<Candidate> servers = Candidates.many(1_000).build();
    AtomicInteger held = new AtomicInteger();
    Picker picker = balancer.prepare(new Members(servers, servers, held::get, null));
    for (int i = 1; i <= 2_000; i++) {
      Candidate picked = Objects.requireNonNull(picker.pick(request.with("hot")));
      FakeLoad.of(picked).hold(0);
      int slots = (held.incrementAndGet() * 125 + 99) / 100;
      assertThat(picked.inFlight()).isLessThanOrEqualTo((slots + 999) / 1_000);
    }
  }

  @Test
  void a_key_whose_servers_are_at_their_bounds_goes_the_same_way_each_time() {
    List<Candidate> servers = Candidates.many(1_000).build();
    servers.subList(0, 900).forEach(s -> FakeLoad.of(s).inFlight(1));
    Picker picker = Keyed.prepare(Balancers.hash(KEY).boundedLoad(101), servers);
    for (int key = 0; key < 100; key++) {
      Candidate picked = picker.pick(request.with("k" + key));
      assertThat(picker.pick(request.with("k" + key))).isEqualTo(picked);
    }
  }

  @Test
  void a_server_that_is_free_and_within_its_bound_is_taken_before_one_that_is_full() {
    Candidate first = server(1, 0);
    Candidate full = server(2, 1);
    Candidate free = server(3, 0);
    FakeLoad.of(first).inFlight(100);
    FakeLoad.of(full).inFlight(1);
    FakeLoad.of(free).inFlight(50);
    Picker picker =
        Keyed.prepare(Balancers.boundedLoad(Balancers.first(), 101), List.of(first, full, free));
    assertThat(picker.pick(request)).isEqualTo(free);
  }

  @Test
  void the_strategy_is_asked_four_times_and_its_last_answer_counts() {
    List<Candidate> servers = List.of(server(1, 0), server(2, 0), server(3, 0));
    FakeLoad.of(servers.get(0)).inFlight(100);
    AtomicInteger asked = new AtomicInteger();
    Balancer lateToChange = members -> any -> servers.get(asked.incrementAndGet() < 4 ? 0 : 2);
    Picker picker = Keyed.prepare(Balancers.boundedLoad(lateToChange, 125), servers);
    assertThat(picker.pick(request)).isEqualTo(servers.get(2));
    assertThat(asked).hasValue(4);
    asked.set(-10);
    assertThat(picker.pick(request)).as("the next in the list").isEqualTo(servers.get(1));
    assertThat(asked).hasValue(-6);
  }

  private static Candidate server(int id, int limit) {
    Candidate any = Keyed.server(id - 1, 1, "127.0.0.1", 9_000 + id);
    return new Candidate(any.name(), id, id - 1, any.address(), 1, limit, any.tags(), any.load());
  }
}
