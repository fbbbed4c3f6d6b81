package dev.fairlead.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.Relaying;
import dev.fairlead.status.Termination;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes, ends and time-outs between two connections whose peers are as slow as it pleases them. */
class RelayTest {
  private static final Duration CLIENT = Duration.ofSeconds(10);
  private static final Duration SERVER = Duration.ofSeconds(25);
  private static final Duration CLIENT_FIN = Duration.ofSeconds(3);
  private static final Duration SERVER_FIN = Duration.ofSeconds(4);
  private static final Duration NANO = Duration.ofNanos(1);

  private final MockTicker ticker = Ticker.newMockTicker();
  private final SlowChannel client = new SlowChannel(ticker);
  private final SlowChannel server = new SlowChannel(ticker);
  private final List<String> ends = new ArrayList<>();

  private final Relaying relaying = new Relaying() {
    @Override
    public Duration clientTimeout() {
      return CLIENT;
    }

    @Override
    public Duration serverTimeout() {
      return SERVER;
    }

    @Override
    public Duration clientFinTimeout() {
      return CLIENT_FIN;
    }

    @Override
    public Duration serverFinTimeout() {
      return SERVER_FIN;
    }

    @Override
    public void ended(Termination termination, long fromClient, long fromServer) {
      ends.add(termination + " " + fromClient + " " + fromServer);
    }
  };

  @BeforeEach
  void start() {
    client.config().setAutoRead(false);
    server.config().setAutoRead(false);
    Relay.start(client, server, relaying);
  }

  @AfterEach
  void nothing_is_left() {
    client.close();
    server.close();
    run();
    assertThat(ends).hasSize(1);
    assertThat(client.hasPendingTasks() || server.hasPendingTasks()).isFalse();
  }

  private void run() {
    client.runPendingTasks();
    server.runPendingTasks();
  }

  private void advance(Duration time) {
    ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
    run();
  }

  private void assertEndsAfter(Duration time, String end) {
    advance(time.minus(NANO));
    assertThat(ends).isEmpty();
    advance(NANO);
    assertThat(ends).containsExactly(end);
    assertThat(client.isOpen() || server.isOpen()).isFalse();
  }

  /** Nobody tells when a peer takes what has piled up: it is seen when the time is up. */
  private void assertEndsAfterDraining(String end) {
    advance(CLIENT.minus(NANO));
    assertThat(ends).isEmpty();
    advance(CLIENT.plus(NANO));
    assertThat(ends).containsExactly(end);
  }

  @Test
  void a_source_is_not_read_while_its_target_takes_nothing() {
    server.stall();
    client.say(1000);
    assertThat(client.config().isAutoRead()).isTrue();
    client.say(100_000);
    assertThat(client.config().isAutoRead()).isFalse();
    assertThat(server.config().isAutoRead()).isTrue();
    server.take(50_000);
    assertThat(client.config().isAutoRead()).as("still beyond the low mark").isFalse();
    server.take(51_000);
    assertThat(client.config().isAutoRead()).isTrue();
    assertThat(server.taken()).isEqualTo(101_000);
  }

  @Test
  void an_end_is_passed_on_behind_the_last_byte() {
    server.stall();
    client.say(1000);
    client.end();
    server.take(999);
    assertThat(server.isOutputShutdown()).isFalse();
    server.take(1);
    assertThat(server.isOutputShutdown()).isTrue();
    assertThat(client.isOutputShutdown()).isFalse();
    server.say(7);
    server.end();
    assertThat(client.taken()).isEqualTo(7);
    assertThat(ends).containsExactly("-- 1000 7");
  }

  @Test
  void a_client_that_ends_while_it_still_drains_loses_nothing() {
    client.stall();
    server.say(1000);
    server.end();
    client.end();
    assertThat(server.isOutputShutdown()).isTrue();
    assertThat(ends).isEmpty();
    client.take(999);
    assertThat(ends).isEmpty();
    client.take(1);
    assertThat(client.taken()).isEqualTo(1000);
    assertThat(ends).containsExactly("-- 0 1000");
  }

  @Test
  void a_server_that_breaks_off_after_its_end_has_its_bytes_delivered() {
    client.stall();
    server.say(1000);
    server.end();
    server.breakOff();
    assertThat(client.isOpen()).isTrue();
    client.say(500);
    client.take(1000);
    assertThat(client.taken()).isEqualTo(1000);
    assertThat(ends).containsExactly("-- 0 1000");
  }

  @Test
  void a_server_that_breaks_off_before_its_end_takes_the_client_with_it() {
    client.stall();
    server.say(1000);
    server.breakOff();
    assertThat(client.isOpen()).isFalse();
    assertThat(ends).containsExactly("SD 0 1000");
  }

  @Test
  void a_client_that_breaks_off_takes_the_server_with_it() {
    client.say(3);
    client.breakOff();
    assertThat(server.isOpen()).isFalse();
    assertThat(ends).containsExactly("CD 3 0");
  }

  @Test
  void a_client_that_breaks_off_after_both_have_ended_is_told_once() {
    client.stall();
    server.say(10);
    server.end();
    client.end();
    client.breakOff();
    assertThat(ends).containsExactly("CD 0 10");
  }

  @Test
  void silence_of_both_ends_with_the_shorter_time() {
    client.say(1);
    server.say(1);
    assertEndsAfter(CLIENT, "cD 1 1");
  }

  @Test
  void a_client_that_drains_slowly_is_not_cut_off() {
    client.stall();
    server.say(100_000);
    for (int i = 0; i < 99; i++) {
      advance(CLIENT.minus(NANO));
      client.take(1000);
    }
    assertThat(ends).isEmpty();
    client.take(1000);
    assertEndsAfterDraining("cD 0 100000");
  }

  @Test
  void a_server_is_not_blamed_for_its_silence_while_it_is_not_read() {
    client.stall();
    server.say(100_000);
    for (int i = 0; i < 20; i++) {
      advance(CLIENT.minus(NANO));
      client.take(1);
    }
    assertThat(ends).as("after eight times the server's time").isEmpty();
    client.take(100_000);
    assertThat(server.config().isAutoRead()).isTrue();
    assertEndsAfterDraining("cD 0 100000");
  }

  @Test
  void a_client_that_takes_nothing_is_cut_off() {
    client.stall();
    server.say(100_000);
    assertEndsAfter(CLIENT, "cD 0 100000");
  }

  @Test
  void a_client_that_takes_nothing_is_not_kept_by_what_it_is_sent() {
    client.stall();
    server.say(10);
    advance(CLIENT.dividedBy(2));
    server.say(10);
    assertEndsAfter(CLIENT.dividedBy(2), "cD 0 20");
  }

  @Test
  void a_client_to_which_we_have_ended_has_its_own_time() {
    server.end();
    assertThat(client.isOutputShutdown()).isTrue();
    assertEndsAfter(CLIENT_FIN, "cD 0 0");
  }

  @Test
  void a_server_to_which_we_have_ended_has_its_own_time() {
    client.end();
    assertThat(server.isOutputShutdown()).isTrue();
    advance(SERVER_FIN.minus(NANO));
    server.say(5);
    assertEndsAfter(SERVER_FIN, "sD 0 5");
  }

  @Test
  void a_client_that_has_ended_and_drains_keeps_its_usual_time() {
    client.end();
    client.stall();
    server.say(100);
    server.end();
    assertEndsAfter(CLIENT, "cD 0 100");
  }
}
