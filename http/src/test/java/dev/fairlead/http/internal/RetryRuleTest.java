package dev.fairlead.http.internal;

import static dev.fairlead.http.internal.Failure.CONNECT;
import static dev.fairlead.http.internal.Failure.CONNECT_TIMEOUT;
import static dev.fairlead.http.internal.Failure.EMPTY;
import static dev.fairlead.http.internal.Failure.INTERNAL;
import static dev.fairlead.http.internal.Failure.MALFORMED;
import static dev.fairlead.http.internal.Failure.REFUSED;
import static dev.fairlead.http.internal.Failure.RESET;
import static dev.fairlead.http.internal.Failure.STATUS_503;
import static dev.fairlead.http.internal.Failure.TIMEOUT;
import static dev.fairlead.http.internal.RetryRule.Next.ELSEWHERE;
import static dev.fairlead.http.internal.RetryRule.Next.GIVE_UP;
import static dev.fairlead.http.internal.RetryRule.Next.SAME_FRESH;
import static dev.fairlead.http.internal.RetryRule.Next.SAME_LATER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Retries;
import dev.fairlead.http.internal.RetryRule.Facts;
import dev.fairlead.http.internal.RetryRule.Next;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of house.md §6, row by row. */
final class RetryRuleTest {
  private static final boolean STARTED = true;
  private static final boolean REUSED = true;
  private static final boolean IDEMPOTENT = true;
  private static final boolean REPLAYABLE = true;
  private static final boolean OTHER = true;
  private static final boolean BOUND = true;
  private static final boolean NO = false;

  record Row(String name, Facts facts, Next next) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(
      String name,
      Failure failure,
      boolean started,
      boolean reused,
      boolean idempotent,
      boolean replayable,
      boolean bound,
      boolean other,
      Next next) {
    return new Row(
        name,
        new Facts(failure, started, reused, idempotent, replayable, bound, other, 0, false),
        next);
  }

  static Stream<Row> rows() {
    return Stream.of(
        row(
            "refused by an alert behind the handshake: another server, whatever the method",
            REFUSED,
            NO,
            NO,
            NO,
            REPLAYABLE,
            NO,
            OTHER,
            ELSEWHERE),
        row(
            "refused so, and the body is not at hand any more",
            REFUSED,
            NO,
            NO,
            IDEMPOTENT,
            NO,
            NO,
            OTHER,
            GIVE_UP),
        row(
            "a response that has begun is never repeated",
            RESET,
            STARTED,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            GIVE_UP),
        row(
            "even where nothing was sent",
            CONNECT,
            STARTED,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            GIVE_UP),
        row(
            "nothing sent: any request goes elsewhere",
            CONNECT,
            NO,
            NO,
            NO,
            NO,
            NO,
            OTHER,
            ELSEWHERE),
        row(
            "nothing sent, timed out: any request goes elsewhere",
            CONNECT_TIMEOUT,
            NO,
            NO,
            NO,
            NO,
            NO,
            OTHER,
            ELSEWHERE),
        row(
            "nothing sent, nowhere else to go: the same server later",
            CONNECT,
            NO,
            NO,
            NO,
            NO,
            NO,
            NO,
            SAME_LATER),
        row(
            "nothing sent, bound: the same server later",
            CONNECT,
            NO,
            NO,
            NO,
            NO,
            BOUND,
            OTHER,
            SAME_LATER),
        row(
            "a reused connection that closed silently: the same server on a fresh one",
            EMPTY,
            NO,
            REUSED,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            SAME_FRESH),
        row(
            "a reused connection that was reset silently: the same server on a fresh one",
            RESET,
            NO,
            REUSED,
            IDEMPOTENT,
            REPLAYABLE,
            BOUND,
            OTHER,
            SAME_FRESH),
        row(
            "a reused connection, not idempotent: give up",
            EMPTY,
            NO,
            REUSED,
            NO,
            REPLAYABLE,
            NO,
            OTHER,
            GIVE_UP),
        row(
            "a reused connection, body gone: give up",
            EMPTY,
            NO,
            REUSED,
            IDEMPOTENT,
            NO,
            NO,
            OTHER,
            GIVE_UP),
        row(
            "sent, empty response: elsewhere",
            EMPTY,
            NO,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            ELSEWHERE),
        row("sent, reset: elsewhere", RESET, NO, NO, IDEMPOTENT, REPLAYABLE, NO, OTHER, ELSEWHERE),
        row(
            "sent, malformed: elsewhere",
            MALFORMED,
            NO,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            ELSEWHERE),
        row(
            "sent, empty, nowhere else to go: the same server later",
            EMPTY,
            NO,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            NO,
            SAME_LATER),
        row(
            "sent, empty, bound: the same server later",
            EMPTY,
            NO,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            BOUND,
            OTHER,
            SAME_LATER),
        row("sent, not idempotent: give up", EMPTY, NO, NO, NO, REPLAYABLE, NO, OTHER, GIVE_UP),
        row("sent, body gone: give up", RESET, NO, NO, IDEMPOTENT, NO, NO, OTHER, GIVE_UP),
        row(
            "a time-out is not among the defaults",
            TIMEOUT,
            NO,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            GIVE_UP),
        row(
            "a status is not among the defaults",
            STATUS_503,
            NO,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            GIVE_UP),
        row(
            "a failure of our own is not repeated",
            INTERNAL,
            NO,
            NO,
            IDEMPOTENT,
            REPLAYABLE,
            NO,
            OTHER,
            GIVE_UP));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void the_table_holds(Row row) {
    assertThat(RetryRule.decide(row.facts(), Retries.defaults())).isEqualTo(row.next());
  }

  private static Facts facts(
      Failure failure, boolean reused, boolean bound, int further, boolean fresh) {
    return new Facts(failure, NO, reused, IDEMPOTENT, REPLAYABLE, bound, OTHER, further, fresh);
  }

  @Test
  void what_is_named_is_retried() {
    Retries rule = Retries.defaults().on(Retries.On.RESPONSE_TIMEOUT, Retries.On.STATUS_503);
    assertThat(RetryRule.decide(facts(TIMEOUT, NO, NO, 0, NO), rule)).isEqualTo(ELSEWHERE);
    assertThat(RetryRule.decide(facts(STATUS_503, NO, NO, 0, NO), rule)).isEqualTo(ELSEWHERE);
    assertThat(RetryRule.decide(facts(EMPTY, NO, NO, 0, NO), rule)).isEqualTo(GIVE_UP);
  }

  @Test
  void attempts_run_out() {
    assertThat(RetryRule.decide(facts(CONNECT, NO, NO, 2, NO), Retries.of(3))).isEqualTo(ELSEWHERE);
    assertThat(RetryRule.decide(facts(CONNECT, NO, NO, 3, NO), Retries.of(3))).isEqualTo(GIVE_UP);
    assertThat(RetryRule.decide(facts(EMPTY, REUSED, NO, 0, NO), Retries.none()))
        .isEqualTo(GIVE_UP);
  }

  @Test
  void a_fresh_connection_is_tried_once_only() {
    assertThat(RetryRule.decide(facts(EMPTY, REUSED, NO, 1, true), Retries.defaults()))
        .isEqualTo(ELSEWHERE);
  }

  @Test
  void the_last_attempt_of_a_bound_request_goes_elsewhere() {
    assertThat(RetryRule.decide(facts(CONNECT, NO, BOUND, 1, NO), Retries.of(3)))
        .isEqualTo(SAME_LATER);
    assertThat(RetryRule.decide(facts(CONNECT, NO, BOUND, 2, NO), Retries.of(3)))
        .isEqualTo(ELSEWHERE);
    assertThat(RetryRule.decide(facts(CONNECT, NO, BOUND, 0, NO), Retries.of(3).redispatch(1)))
        .isEqualTo(ELSEWHERE);
    assertThat(RetryRule.decide(facts(CONNECT, NO, BOUND, 2, NO), Retries.of(3).redispatch(0)))
        .isEqualTo(SAME_LATER);
  }
}
