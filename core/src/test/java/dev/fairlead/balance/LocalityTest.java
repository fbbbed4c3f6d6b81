package dev.fairlead.balance;

import static dev.fairlead.balance.Keyed.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalityTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final List<Candidate> servers =
      Candidates.named("a", "b", "c").weights(4, 4, 4).build();
  private final FakePickContext request = new FakePickContext(1);

  private Candidate pick(Picker picker, String key) {
    return Objects.requireNonNull(picker.pick(request.with(key)));
  }

  private static void hold(Candidate server, int leases) {
    FakeLoad.of(server).inFlight(leases);
  }

  private Picker lblc() {
    return Keyed.prepare(Balancers.lblc(KEY, 1024, HOUR), servers);
  }

  private Picker lblcr() {
    return Keyed.prepare(Balancers.lblcr(KEY, 1024, HOUR), servers);
  }

  @Test
  void a_key_stays_with_its_server_while_that_has_no_more_than_its_weight_in_flight() {
    Picker picker = lblc();
    Candidate home = pick(picker, "key");
    hold(home, 4);
    assertThat(pick(picker, "key")).isEqualTo(home);
  }

  @Test
  void a_key_moves_for_good_when_its_server_is_overloaded_and_another_has_less_than_half() {
    Picker picker = lblc();
    Candidate home = pick(picker, "key");
    hold(home, 5);
    Candidate next = pick(picker, "key");
    assertThat(next).isNotEqualTo(home);
    hold(home, 0);
    hold(next, 3);
    assertThat(pick(picker, "key")).isEqualTo(next);
  }

  @Test
  void a_key_stays_with_an_overloaded_server_while_no_other_is_idle() {
    Picker picker = lblc();
    Candidate home = pick(picker, "key");
    servers.forEach(s -> hold(s, 2));
    hold(home, 5);
    assertThat(pick(picker, "key")).isEqualTo(home);
  }

  @Test
  void a_new_key_goes_to_the_least_loaded_by_weight() {
    List<Candidate> unequal = Candidates.named("a", "b").weights(4, 1).build();
    Picker picker = Keyed.prepare(Balancers.lblc(KEY), unequal);
    hold(unequal.get(0), 3);
    hold(unequal.get(1), 1);
    assertThat(pick(picker, "key").name()).isEqualTo("a");
  }

  @Test
  void a_key_of_a_server_that_is_down_full_or_tried_goes_elsewhere() {
    Picker picker = lblc();
    Candidate home = pick(picker, "key");
    List<Candidate> rest = servers.stream().filter(s -> !s.equals(home)).toList();
    Picker without =
        Balancers.lblc(KEY, 1024, HOUR).prepare(Candidates.members(rest, servers, picker));
    assertThat(pick(without, "key")).isIn(rest);
    Picker other = lblc();
    Candidate first = pick(other, "key");
    assertThat(other.pick(request.with("key").havingTried(List.of(first)))).isNotEqualTo(first);
    assertThat(other.pick(request.with("key").havingTried(servers))).isNull();
  }

  @Test
  void what_was_learned_survives_a_change_of_the_list() {
    Balancer lblc = Balancers.lblc(KEY, 1024, HOUR);
    Picker picker = Keyed.prepare(lblc, servers);
    Candidate home = pick(picker, "key");
    hold(home, 4);
    Picker next = lblc.prepare(Candidates.members(servers, picker));
    assertThat(pick(next, "key")).isEqualTo(home);
  }

  @Test
  void a_key_without_use_is_forgotten_after_the_expiry_and_one_in_use_is_not() {
    Picker picker = lblc();
    Candidate home = pick(picker, "key");
    hold(home, 4);
    for (int half = 1; half <= 6; half++) {
      request.at(HOUR.toNanos() / 2 * half);
      assertThat(pick(picker, "key")).isEqualTo(home);
    }
    request.at(HOUR.toNanos() * 4 + HOUR.toNanos() / 100);
    assertThat(pick(picker, "key")).isNotEqualTo(home);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 33, 48, 62})
  void a_key_without_use_stays_forgotten_however_long_ago_it_was(int expiries) {
    Picker picker = lblc();
    Candidate home = pick(picker, "key");
    hold(home, 4);
    request.at(HOUR.toNanos() * expiries + HOUR.toNanos() / 2);
    assertThat(pick(picker, "key")).isNotEqualTo(home);
  }

  @Test
  void the_table_is_bounded_and_forgets_those_not_used_for_longest() {
    LocalityTable table = new LocalityTable(1000, HOUR.toNanos());
    assertThat(table.capacity()).isEqualTo(1024);
    assertThat(new LocalityTable(8, 1).capacity()).isEqualTo(8);
    assertThat(new LocalityTable(9, 1).capacity()).isEqualTo(16);
    LocalityTable one = new LocalityTable(8, 1024);
    for (int i = 0; i < 8; i++) {
      one.put(one.victim(0, 0), i, i, i);
    }
    one.used(0, one.get(0), 9);
    assertThat(LocalityTable.index(one.get(one.victim(0, 9)))).isEqualTo(1);
    assertThat(one.valid(one.get(3), 3, 1026)).isTrue();
    assertThat(one.valid(one.get(3), 3, 1027)).isFalse();
    assertThat(one.valid(one.get(3), 3, 2)).as("a clock a little behind").isTrue();
    assertThat(one.valid(one.get(3), 4, 5)).isFalse();
  }

  @Test
  void many_more_keys_than_entries_do_no_harm() {
    Picker picker = Keyed.prepare(Balancers.lblcr(KEY, 8, HOUR), servers);
    for (int i = 0; i < 5_000; i++) {
      assertThat(pick(picker, "key" + i)).isIn(servers);
    }
  }

  @Test
  void with_replication_an_overloaded_server_keeps_its_key_and_another_joins() {
    Picker picker = lblcr();
    Candidate home = pick(picker, "key");
    hold(home, 5);
    Candidate second = pick(picker, "key");
    assertThat(second).isNotEqualTo(home);
    hold(home, 1);
    hold(second, 3);
    assertThat(pick(picker, "key")).isEqualTo(home);
    hold(home, 4);
    assertThat(pick(picker, "key")).isEqualTo(second);
  }

  @Test
  void a_set_of_servers_that_did_not_change_for_the_expiry_gives_its_most_loaded_up() {
    Picker picker = lblcr();
    Candidate home = pick(picker, "key");
    hold(home, 5);
    Candidate second = pick(picker, "key");
    hold(home, 1);
    request.at(HOUR.toNanos() / 2);
    assertThat(pick(picker, "key")).isEqualTo(second);
    hold(second, 2);
    assertThat(pick(picker, "key")).isEqualTo(home);
    request.at(HOUR.toNanos() + HOUR.toNanos() / 100);
    assertThat(pick(picker, "key")).isEqualTo(home); // and second is given up
    hold(home, 3);
    hold(second, 0);
    assertThat(pick(picker, "key")).isEqualTo(home);
  }

  @Test
  void a_key_has_four_servers_at_most() {
    List<Candidate> many = Candidates.many(20).build();
    Picker picker = Keyed.prepare(Balancers.lblcr(KEY, 1024, HOUR), many);
    for (int i = 0; i < 20; i++) {
      hold(pick(picker, "key"), 2); // more than its weight
    }
    many.forEach(s -> hold(s, 0));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Candidate picked = pick(picker, "key");
      hold(picked, 1);
      seen.add(picked.name());
    }
    assertThat(seen).hasSize(4);
  }

  @Test
  void a_large_fleet_is_not_scanned() {
    AtomicInteger readings = new AtomicInteger();
    FakeLoad idle = new FakeLoad();
    Candidate.Load counting = new Candidate.Load() {
      @Override
      public int inFlight() {
        readings.incrementAndGet();
        return 0;
      }

      @Override
      public int queued() {
        return idle.queued();
      }

      @Override
      public long startedNanosSum() {
        return idle.startedNanosSum();
      }
    };
    List<Candidate> many = Candidates.many(10_000).build().stream()
        .map(s -> new Candidate(
            s.name(), s.id(), s.index(), s.address(), s.weight(), 0, s.tags(), counting))
        .toList();
    Picker picker = Keyed.prepare(Balancers.lblc(KEY), many);
    assertThat(pick(picker, "key")).isIn(many);
    assertThat(readings.get()).isLessThan(100);
  }

  @Test
  void bad_settings_are_refused() {
    assertThatThrownBy(() -> Balancers.lblc(KEY, 7, HOUR))
        .hasMessage("entries: 7 (expected: 8..67108864)");
    assertThatThrownBy(() -> Balancers.lblcr(KEY, 8, Duration.ZERO))
        .hasMessage("expiry: PT0S (expected: 1 ms to 365 days)");
    assertThat(Balancers.lblcr(KEY)).hasToString("lblcr(key, 16384, PT24H)");
  }
}
