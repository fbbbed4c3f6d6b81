package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nginx's sequences, and what happens to a turn when servers are full or the list changes. */
class RoundRobinTest extends BalancerContract {
  @Override
  protected Balancer balancer() {
    return Balancers.roundRobin();
  }

  @Override
  protected double tolerance() {
    return 0.005;
  }

  @Override
  protected void setCounter(Picker picker, long value) {
    try {
      Field cursor = picker.getClass().getDeclaredField("cursor");
      cursor.setAccessible(true);
      cursor.setLong(picker, value);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Picker prepare(List<Candidate> servers) {
    return Balancers.roundRobin().prepare(Candidates.members(servers, null));
  }

  private static String picks(Picker picker, int count) {
    FakePickContext request = new FakePickContext(1);
    return Stream.generate(() -> picker.pick(request))
        .limit(count)
        .map(c -> c == null ? "-" : c.name())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "5, 1, 1, a a b a c a a",
    "4, 2, 1, a b a c a b a",
    "3, 2, 1, a b a c b a",
    "4, 3, 2, a b c a b a c b a",
    "1, 1, 1, a b c",
    "10, 2, 2, a a b a c a a"
  })
  void the_sequence_is_nginx_own_and_repeats(int a, int b, int c, String turn) {
    Picker picker = prepare(Candidates.named("a", "b", "c").weights(a, b, c).build());
    int length = turn.split(" ", -1).length;
    assertThat(picks(picker, 3 * length)).isEqualTo(String.join(" ", turn, turn, turn));
  }

  @Test
  void a_full_server_is_passed_over_and_the_others_keep_their_order() {
    List<Candidate> servers = Candidates.named("a", "b", "c").limit(1).build();
    Picker picker = prepare(servers);
    FakeLoad.of(servers.get(1)).inFlight(1);
    assertThat(picks(picker, 6)).isEqualTo("a c a c a c");
    FakeLoad.of(servers.get(1)).inFlight(0);
    assertThat(picks(picker, 3)).isEqualTo("a b c");
  }

  @Test
  void nobody_is_picked_when_all_are_full() {
    List<Candidate> servers = Candidates.named("a", "b").limit(1).build();
    servers.forEach(c -> FakeLoad.of(c).inFlight(1));
    assertThat(picks(prepare(servers), 2)).isEqualTo("- -");
  }

  @Test
  void a_turn_goes_on_when_the_list_changes() {
    List<Candidate> all = Candidates.named("a", "b", "c").build();
    Picker first = prepare(all);
    assertThat(picks(first, 4)).isEqualTo("a b c a");
    Picker second = Balancers.roundRobin().prepare(Candidates.members(all, first));
    assertThat(picks(second, 2)).isEqualTo("b c");
  }

  @Test
  void a_picker_of_another_strategy_is_no_obstacle() {
    List<Candidate> all = Candidates.named("a", "b").build();
    Picker other = request -> null;
    assertThat(picks(Balancers.roundRobin().prepare(Candidates.members(all, other)), 2))
        .isEqualTo("a b");
  }

  @Test
  void it_tells_its_name_to_the_start_up_log() {
    assertThat(Balancers.roundRobin()).hasToString("roundRobin()");
  }
}
