package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Checks;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What checks do to traffic, and when. */
final class HealthReferenceTest {
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Checks HTTP = new Checks("/alive", EVERY, 2, 3);
  private static final Checks FAST = new Checks(null, Duration.ofMillis(50), 1, 1);

  /** How long it took from the first verdict of the other kind to the change, and how many it took. */
  private record Turn(Duration after, int verdicts) {}

  private record Turns(Turn down, Turn up) {}

  @Test
  void a_server_goes_down_and_up_when_haproxys_does_within_one_interval() {
    Turns theirs = turns(Proxy.HAPROXY);
    Turns ours = turns(Proxy.FAIRLEAD);
    System.out.printf("rise 2 fall 3 every %s: HAProxy %s, Fairlead %s%n", EVERY, theirs, ours);

    for (Turns turns : List.of(theirs, ours)) {
      assertThat(turns.down().verdicts()).isEqualTo(3);
      assertThat(turns.up().verdicts()).isEqualTo(2);
      assertThat(turns.down().after()).isCloseTo(EVERY.multipliedBy(2), EVERY);
      assertThat(turns.up().after()).isCloseTo(EVERY, EVERY);
    }
    assertThat(ours.down().after()).isCloseTo(theirs.down().after(), EVERY);
    assertThat(ours.up().after()).isCloseTo(theirs.up().after(), EVERY);
  }

  private static Turns turns(Proxy proxy) {
    try (CheckedOrigin origin = CheckedOrigin.start();
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", origin.port())).checks(HTTP))) {
      Await.until(Waits.PATIENCE, () -> origin.verdicts() >= 2 && running.up("a"));
      Turn down = turn(origin, running, false);
      Turn up = turn(origin, running, true);
      return new Turns(down, up);
    }
  }

  private static Turn turn(CheckedOrigin origin, ProxyUnderTest proxy, boolean healthy) {
    origin.healthy(healthy);
    Await.until("up: " + healthy, Waits.PATIENCE, () -> proxy.up("a") == healthy);
    return new Turn(Duration.ofNanos(System.nanoTime() - origin.firstNanos()), origin.verdicts());
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,HTTP", "FAIRLEAD,HTTP", "HAPROXY,TCP", "FAIRLEAD,TCP"})
  void without_any_server_the_refusal_is_immediate(Proxy proxy, Mode mode) throws Exception {
    try (ScriptedServer a = ScriptedServer.refusing();
        ProxyUnderTest running =
            proxy.start(Plan.of(mode, Member.of("a", a.port())).checks(FAST))) {
      Await.until(Waits.PATIENCE, () -> !running.up("a"));

      Duration took = Waits.took(() -> {
        try (RawClient client = RawClient.connect(running.port())) {
          if (mode == Mode.HTTP) {
            assertThat(client.send(RawClient.head("GET", "/")).response().status())
                .isEqualTo(503);
          } else {
            assertThat(client.endsSilently()).isTrue();
          }
        }
      });

      assertThat(took).isLessThan(Duration.ofMillis(400));
      AccessLine line = Waits.line(running);
      assertThat(line.termination()).isEqualTo("SC");
      assertThat(line.server()).isEqualTo("<NOSRV>");
      assertThat(line.retries()).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @CsvSource({"HAPROXY,false", "FAIRLEAD,false", "HAPROXY,true", "FAIRLEAD,true"})
  void backups_take_over_when_no_other_server_is_left_and_step_back(Proxy proxy, boolean all) {
    ScriptedServer.Script hello = Scripts.answer(Scripts.ok("a"));
    try (ScriptedServer a = ScriptedServer.start(hello);
        ScriptedServer b = ScriptedServer.start(Scripts.answer(Scripts.ok("b")));
        ScriptedServer c = ScriptedServer.start(Scripts.answer(Scripts.ok("c")));
        ProxyUnderTest running = proxy.start(withBackups(all, a, b, c))) {
      Await.until(Waits.PATIENCE, () -> Stream.of("a", "b", "c").allMatch(running::up));
      assertThat(picks(running)).containsOnly("a");

      a.refuse();
      Await.until(Waits.PATIENCE, () -> !running.up("a"));
      assertThat(picks(running)).containsOnly(all ? new String[] {"b", "c"} : new String[] {"b"});

      a.listen(hello);
      Await.until(Waits.PATIENCE, () -> running.up("a"));
      assertThat(picks(running)).containsOnly("a");
    }
  }

  private static Plan withBackups(boolean all, ScriptedServer... origins) {
    Plan plan = Plan.http(
            Member.of("a", origins[0].port()),
            Member.of("b", origins[1].port()).asBackup(),
            Member.of("c", origins[2].port()).asBackup())
        .checks(FAST);
    return all ? plan.allBackups() : plan;
  }

  private static List<String> picks(ProxyUnderTest proxy) {
    return Stream.generate(() -> RawClient.get(proxy.port(), "/").body())
        .limit(6)
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void a_server_that_was_never_reached_is_down_after_its_first_check(Proxy proxy) {
    Checks patient = new Checks(null, Duration.ofSeconds(30), 2, 3);
    try (ScriptedServer a = ScriptedServer.refusing();
        ProxyUnderTest running = proxy.start(Plan.http(Member.of("a", a.port())).checks(patient))) {
      // One failure is enough at the start: a second check would come only after 30 s.
      Await.until(Waits.PATIENCE, () -> !running.up("a"));
    }
  }
}
