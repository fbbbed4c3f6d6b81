package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balance.Fleet.Ended;
import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.testkit.Allocations;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Nginx's {@code max_fails} and {@code fail_timeout}. */
class NginxRoundRobinTest {
  private static final long SECOND = 1_000_000_000;
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private static Fleet fleet(int maxFails, int... weights) {
    return Fleet.of(Balancers.nginxRoundRobin(maxFails, TEN_SECONDS), weights);
  }

  private static Ended failed(long at) {
    return Ended.failed(Kind.CONNECT_FAILED, 0).at(at);
  }

  private static void fail(Fleet fleet, Candidate server, long at) {
    fleet.picker().completed(server, failed(at));
  }

  private static void answer(Fleet fleet, Candidate server, long at) {
    fleet.picker().completed(server, Ended.ok(0).at(at));
  }

  private static String picksAt(Fleet fleet, long at, int count) {
    fleet.request.at(at);
    return IntStream.range(0, count)
        .mapToObj(i -> fleet.picker().pick(fleet.request))
        .map(server -> server == null ? "-" : server.name())
        .collect(Collectors.joining(" "));
  }

  @Test
  void one_failure_of_two_halves_a_weight_of_ten_and_five_picks_restore_it() {
    NginxPeer peer = new NginxPeer();
    peer.failed(0, 10, 2);
    assertThat(peer.effectiveWeight(10)).isEqualTo(5);
    for (int gained = 5; gained < 10; gained++) {
      assertThat(peer.gain(10)).isEqualTo(gained);
    }
    assertThat(peer.effectiveWeight(10)).isEqualTo(10);
    assertThat(peer.gain(10)).isEqualTo(10);
    assertThat(peer.effectiveWeight(10)).isEqualTo(10);
  }

  @Test
  void an_effective_weight_does_not_fall_below_zero_nor_below_what_is_divided_exactly() {
    NginxPeer often = new NginxPeer();
    IntStream.range(0, 9).forEach(i -> often.failed(0, 10, 2));
    assertThat(often.effectiveWeight(10)).isZero();
    often.gain(10);
    assertThat(often.effectiveWeight(10)).isEqualTo(1);
    NginxPeer light = new NginxPeer();
    light.failed(0, 5, 10);
    assertThat(light.effectiveWeight(5)).as("5 / 10 is nothing").isEqualTo(5);
  }

  /** What nginx 1.22 did; a request in a capital letter failed, "a3" is the third one that a got. */
  @ParameterizedTest
  @CsvSource({
    "10 5 5,   2,  a1,          A b c a b c a a b c a a b c a a b c a a b c a a",
    "10 10 10, 2,  b1,          a B c c a b c a b c a b c a b c a b c a b c a b",
    "5 1 1,    2,  a1 a3,       A b a A c c c b c b c b c b c b c b c b c b c b",
    "4 2 1,    3,  a2 b1,       a B A c a b a a b a c a b a a b a c a b a a b a",
    "10 10,    10, a1 a2 a3 a4, A b b A b A b A b a b a b a b a b a b a b a b a",
    "1 1 1,    1,  b1,          a B c c a c a c a c a c",
    "1 1 1,    2,  b1 b2,       a B c a B c c a c a c a c a",
    "1 1 1,    0,  b1 b2 b3,    a B c a B c a B c a b c",
    "3 2 1,    1,  a1,          A b b c b b c b b c b b c b",
  })
  void failures_change_the_sequence_as_in_nginx(
      String weights, int maxFails, String failing, String sequence) {
    Fleet fleet = fleet(
        maxFails, Arrays.stream(weights.split(" ")).mapToInt(Integer::parseInt).toArray());
    Set<String> fails = Set.of(failing.split(" "));
    Map<String, Integer> counts = new HashMap<>();
    String picks = IntStream.range(0, sequence.split(" ").length)
        .mapToObj(i -> one(fleet, counts, fails))
        .collect(Collectors.joining(" "));
    assertThat(picks).isEqualTo(sequence);
  }

  private static String one(Fleet fleet, Map<String, Integer> counts, Set<String> fails) {
    Candidate server = fleet.take();
    if (server == null) {
      return "-";
    }
    boolean fail = fails.contains(server.name() + counts.merge(server.name(), 1, Integer::sum));
    fleet.release(server, fail ? failed(0) : Ended.ok(0));
    return fail ? server.name().toUpperCase(Locale.ROOT) : server.name();
  }

  @Test
  void a_server_that_failed_too_often_gets_nothing_until_its_time_is_over() {
    Fleet fleet = fleet(2, 1, 1);
    fail(fleet, fleet.get(0), SECOND);
    assertThat(picksAt(fleet, SECOND, 4)).contains("a");
    fail(fleet, fleet.get(0), 2 * SECOND);
    assertThat(picksAt(fleet, 2 * SECOND, 4)).isEqualTo("b b b b");
    assertThat(picksAt(fleet, 12 * SECOND, 4)).as("to the nanosecond").isEqualTo("b b b b");
    assertThat(picksAt(fleet, 12 * SECOND + 1, 4)).containsOnlyOnce("a");
  }

  @Test
  void after_that_it_gets_one_request_in_each_such_time_until_it_answers_one() {
    Fleet fleet = fleet(1, 1, 1);
    fail(fleet, fleet.get(0), 0);
    for (long at = 11 * SECOND; at < 44 * SECOND; at += 11 * SECOND) {
      assertThat(picksAt(fleet, at, 9)).containsOnlyOnce("a");
      assertThat(picksAt(fleet, at + 10 * SECOND, 9)).doesNotContain("a");
    }
    answer(fleet, fleet.get(0), 44 * SECOND);
    assertThat(picksAt(fleet, 44 * SECOND, 8).replace(" ", "")).matches("(ab){4}|(ba){4}");
  }

  @Test
  void one_that_fails_again_is_left_out_anew() {
    Fleet fleet = fleet(3, 1, 1);
    IntStream.range(0, 3).forEach(i -> fail(fleet, fleet.get(0), 0));
    assertThat(picksAt(fleet, 11 * SECOND, 9)).containsOnlyOnce("a");
    fail(fleet, fleet.get(0), 12 * SECOND);
    assertThat(picksAt(fleet, 22 * SECOND, 9)).doesNotContain("a");
    assertThat(picksAt(fleet, 23 * SECOND, 9)).containsOnlyOnce("a");
  }

  @Test
  void an_answer_to_a_request_of_before_does_not_bring_it_back() {
    Fleet fleet = fleet(1, 1, 1);
    fail(fleet, fleet.get(0), SECOND);
    answer(fleet, fleet.get(0), 2 * SECOND);
    assertThat(picksAt(fleet, 2 * SECOND, 9)).doesNotContain("a");
  }

  @Test
  void a_failure_long_ago_is_forgotten_by_the_next_answer() {
    Fleet fleet = fleet(2, 1, 1);
    fail(fleet, fleet.get(0), 0);
    assertThat(picksAt(fleet, 11 * SECOND, 4)).contains("a");
    answer(fleet, fleet.get(0), 12 * SECOND);
    fail(fleet, fleet.get(0), 13 * SECOND);
    assertThat(picksAt(fleet, 14 * SECOND, 4)).as("it is the first again").contains("a");
  }

  @Test
  void a_server_that_is_alone_is_always_asked() {
    Fleet fleet = fleet(1, 1);
    for (int i = 0; i < 5; i++) {
      fail(fleet, fleet.get(0), i);
      assertThat(picksAt(fleet, i, 2)).isEqualTo("a a");
    }
  }

  @Test
  void when_all_have_failed_they_are_all_asked_and_an_answer_brings_a_server_back_at_once() {
    Fleet fleet = fleet(1, 1, 1, 1);
    fleet.servers.forEach(server -> fail(fleet, server, 0));
    String picks = picksAt(fleet, SECOND, 9);
    assertThat(picks).contains("a").contains("b").contains("c");
    answer(fleet, fleet.get(1), 2 * SECOND);
    assertThat(picksAt(fleet, 2 * SECOND, 3)).isEqualTo("b b b");
  }

  @Test
  void a_tried_or_full_server_is_passed_over() {
    Fleet fleet = Fleet.limited(Balancers.nginxRoundRobin(1, TEN_SECONDS), 1, 1, 1, 1);
    FakeLoad.of(fleet.get(0)).inFlight(1);
    fleet.request.havingTried(List.of(fleet.get(1)));
    assertThat(picksAt(fleet, 0, 3)).isEqualTo("c c c");
    FakeLoad.of(fleet.get(2)).inFlight(1);
    assertThat(picksAt(fleet, 0, 1)).isEqualTo("-");
  }

  @ParameterizedTest
  @EnumSource
  void what_ends_before_a_response_is_a_failure_when_it_is_the_servers(Kind kind) {
    Fleet fleet = fleet(1, 1, 1);
    fleet.picker().completed(fleet.get(0), Ended.failed(kind, 0).at(0));
    boolean failure = switch (kind) {
      case CONNECT_FAILED, CONNECT_TIMEOUT, EMPTY, RESET, MALFORMED, TIMEOUT -> true;
      case COMPLETED, CLIENT_ABORT, CANCELLED -> false;
    };
    assertThat(picksAt(fleet, 0, 4).contains("a")).isEqualTo(!failure);
  }

  @Test
  void what_ends_after_a_response_has_begun_is_no_failure_and_no_status_is_one() {
    Fleet fleet = fleet(1, 1, 1);
    for (Kind kind : Kind.values()) {
      fleet.picker().completed(fleet.get(0), new Ended(kind, 200, 0, 1, 1));
    }
    fleet.picker().completed(fleet.get(0), Ended.error(1));
    fleet.picker().completed(fleet.get(0), new Ended(Kind.COMPLETED, 404, 0, 1, 1));
    assertThat(picksAt(fleet, 0, 4)).isEqualTo("a b a b");
  }

  @Test
  void a_client_that_leaves_does_not_bring_a_server_back() {
    Fleet fleet = fleet(1, 1, 1);
    fail(fleet, fleet.get(0), 0);
    assertThat(picksAt(fleet, 11 * SECOND, 4)).containsOnlyOnce("a");
    fleet.picker().completed(fleet.get(0), Ended.failed(Kind.CLIENT_ABORT, 0).at(12 * SECOND));
    assertThat(picksAt(fleet, 13 * SECOND, 4)).doesNotContain("a");
  }

  @Test
  void failures_and_turns_survive_a_new_list_and_an_absence() {
    Fleet fleet = fleet(1, 2, 1, 1);
    assertThat(picksAt(fleet, 0, 2)).isEqualTo("a b");
    fail(fleet, fleet.get(2), 0);
    fleet.eligible(fleet.get(0), fleet.get(1));
    fleet.allEligible();
    assertThat(picksAt(fleet, SECOND, 6)).doesNotContain("c");
    assertThat(picksAt(fleet, 11 * SECOND, 6)).containsOnlyOnce("c");
  }

  @Test
  void a_new_list_in_the_middle_of_a_turn_goes_on_with_it() {
    Fleet whole = fleet(1, 5, 1, 1);
    Fleet replaced = fleet(1, 5, 1, 1);
    String sequence = picksAt(whole, 0, 14);
    StringBuilder picks = new StringBuilder(picksAt(replaced, 0, 1));
    for (int i = 1; i < 14; i++) {
      replaced.allEligible();
      picks.append(' ').append(picksAt(replaced, 0, 1));
    }
    assertThat(picks).hasToString(sequence).startsWith("a a b a c a a");
  }

  @Test
  void failures_and_what_follows_allocate_nothing() {
    Fleet fleet = fleet(2, 3, 2, 1);
    Ended broken = failed(0);
    Ended fine = Ended.ok(0).at(60 * SECOND);
    long least = Allocations.leastBytes(() -> {
      for (int i = 0; i < 20_000; i++) {
        Candidate server = fleet.picker().pick(fleet.request.at(10 * SECOND * (i % 7)));
        if (server != null) {
          fleet.picker().completed(server, i % 3 == 0 ? broken : fine);
        }
      }
    });
    assertThat(least).isZero();
  }

  @Test
  void bad_settings_are_refused() {
    assertThatThrownBy(() -> Balancers.nginxRoundRobin(-1, TEN_SECONDS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxFails: -1 (expected: 0 or more)");
    assertThatThrownBy(() -> Balancers.nginxRoundRobin(1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("failTimeout: PT0S (expected: PT0.001S..PT24H)");
  }

  @Test
  void it_names_itself_and_what_is_made_alike_is_equal() {
    assertThat(Balancers.nginxRoundRobin(2, TEN_SECONDS))
        .hasToString("nginxRoundRobin(2, PT10S)")
        .isEqualTo(Balancers.nginxRoundRobin(2, TEN_SECONDS))
        .isNotEqualTo(Balancers.nginxRoundRobin(1, TEN_SECONDS));
  }
}
