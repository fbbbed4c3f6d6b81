package dev.fairlead.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Balancer;
import dev.fairlead.internal.admission.AdmissionRig.Slot;
import dev.fairlead.spi.Lease;
import dev.fairlead.status.Counter;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits, for whom, in which order, how long, and how a wait ends. */
class AdmissionQueueTest {
  private static final Duration MILLI = Duration.ofMillis(1);

  private final VirtualNetwork net = VirtualNetwork.create();

  private AdmissionRig rig(Slot... servers) {
    return rig(AdmissionRig.WISHES, 0, servers);
  }

  private AdmissionRig rig(Balancer balancer, int maxQueue, Slot... servers) {
    return new AdmissionRig(net.traffic(), balancer, maxQueue, servers);
  }

  /** On the first traffic loop. */
  private Ask ask() {
    return new Ask(net.loop(1));
  }

  /** On the second traffic loop. */
  private Ask elsewhere() {
    return new Ask(net.loop(2));
  }

  private void release(Ask ask) {
    ask.release();
    net.run();
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void a_full_server_is_waited_for_when_the_strategy_insists() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    Ask holder = ask().insistsOn("a").from(rig.admission);
    Ask waiter = elsewhere().insistsOn("a").from(rig.admission);
    assertThat(waiter.answer()).isEqualTo("waits");
    assertThat(rig.live("a").queued()).isEqualTo(1);
    assertThat(rig.admission.waiting()).isZero();
    release(holder);
    assertThat(waiter.answer()).isEqualTo("a");
    release(waiter);
    rig.assertAtRest();
  }

  @Test
  void the_first_free_server_is_taken_when_the_strategy_has_no_preference() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    Ask a = ask().from(rig.admission);
    Ask b = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    assertThat(rig.admission.waiting()).isEqualTo(1);
    release(b);
    assertThat(waiter.answer()).isEqualTo("b");
    release(a);
    release(waiter);
    rig.assertAtRest();
  }

  @Test
  void the_order_is_class_then_arrival_plus_offset_then_coming() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    List<Ask> waiting = new ArrayList<>();
    Ask last = ask().inClass(1).from(rig.admission);
    Ask fourth = ask().offset(10).from(rig.admission);
    net.advance(MILLI);
    Ask second = elsewhere().from(rig.admission);
    Ask third = ask().from(rig.admission);
    net.advance(MILLI);
    Ask first = elsewhere().offset(-524_287).from(rig.admission);
    Ask zeroth = ask().inClass(-2047).offset(524_287).from(rig.admission);
    waiting.addAll(List.of(zeroth, first, second, third, fourth, last));
    Ask serving = holder;
    for (Ask next : waiting) {
      release(serving);
      assertThat(waiting).filteredOn(w -> w.lease != null).containsExactly(next);
      serving = next;
    }
    release(serving);
    rig.assertAtRest();
  }

  @Test
  void a_servers_queue_and_the_backends_compete_by_the_same_order() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask any1 = ask().from(rig.admission);
    net.advance(MILLI);
    Ask own2 = elsewhere().insistsOn("a").from(rig.admission);
    net.advance(MILLI);
    Ask any3 = ask().from(rig.admission);
    net.advance(MILLI);
    Ask own0 = elsewhere().insistsOn("a").offset(-1000).from(rig.admission);
    Ask serving = holder;
    for (Ask next : List.of(own0, any1, own2, any3)) {
      release(serving);
      assertThat(next.answer()).isEqualTo("a");
      serving = next;
    }
    release(serving);
    rig.assertAtRest();
  }

  @Test
  void whoever_finds_a_servers_queue_full_waits_in_the_backends() {
    AdmissionRig rig = rig(Slot.of("a", 1).maxQueue(1), Slot.of("b", 1));
    Ask a = ask().insistsOn("a").from(rig.admission);
    Ask b = ask().insistsOn("b").from(rig.admission);
    Ask own = ask().insistsOn("a").from(rig.admission);
    Ask over = ask().insistsOn("a").from(rig.admission);
    assertThat(rig.live("a").queued()).isEqualTo(1);
    assertThat(rig.admission.waiting()).isEqualTo(1);
    release(b);
    assertThat(over.answer()).isEqualTo("b");
    release(a);
    assertThat(own.answer()).isEqualTo("a");
  }

  @Test
  void whoever_finds_a_servers_queue_full_takes_another_that_is_free() {
    AdmissionRig rig = rig(Slot.of("a", 1).maxQueue(1), Slot.of("b", 1));
    ask().insistsOn("a").from(rig.admission);
    ask().insistsOn("a").from(rig.admission);
    assertThat(ask().insistsOn("a").from(rig.admission).answer()).isEqualTo("b");
  }

  @Test
  void a_full_queue_refuses() {
    AdmissionRig rig = rig(AdmissionRig.WISHES, 2, Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask first = ask().from(rig.admission);
    Ask second = ask().from(rig.admission);
    Ask third = ask().from(rig.admission);
    assertThat(third.waiting).isNull();
    assertThat(third.answer()).isEqualTo("QUEUE_FULL");
    assertThat(rig.admission.tallies().count(Counter.QUEUE_FULL)).isEqualTo(1);
    release(holder);
    assertThat(first.answer()).isEqualTo("a");
    assertThat(ask().from(rig.admission).answer()).isEqualTo("waits");
    assertThat(second.answer()).isEqualTo("waits");
  }

  @Test
  void a_wait_ends_with_its_time_to_the_nanosecond() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    ask().from(rig.admission);
    net.advance(Duration.ofNanos(12_345));
    Ask waiter = elsewhere().from(rig.admission);
    net.advance(AdmissionRig.QUEUE_TIMEOUT.minusNanos(1));
    assertThat(waiter.answer()).isEqualTo("waits");
    net.advance(Duration.ofNanos(1));
    assertThat(waiter.answer()).isEqualTo("QUEUE_TIMEOUT");
    assertThat(waiter.answers).isEqualTo(1);
    assertThat(waiter.cancel()).isFalse();
    assertThat(rig.admission.waiting()).isZero();
    assertThat(rig.admission.tallies().count(Counter.QUEUE_TIMEOUTS)).isEqualTo(1);
  }

  @Test
  void a_slot_that_comes_in_time_ends_the_timer() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    net.advance(AdmissionRig.QUEUE_TIMEOUT.minusNanos(1));
    release(holder);
    assertThat(waiter.held().queuedNanos()).isEqualTo(AdmissionRig.QUEUE_TIMEOUT.toNanos() - 1);
    net.advance(AdmissionRig.QUEUE_TIMEOUT);
    assertThat(waiter.answers).isEqualTo(1);
  }

  @Test
  void a_waiter_that_gives_up_hears_nothing_more() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    Ask bound = elsewhere().insistsOn("a").from(rig.admission);
    assertThat(waiter.cancel()).isTrue();
    assertThat(bound.cancel()).isTrue();
    assertThat(rig.admission.waiting() + rig.live("a").queued()).isZero();
    release(holder);
    net.advance(AdmissionRig.QUEUE_TIMEOUT);
    assertThat(waiter.answers + bound.answers).isZero();
    rig.assertAtRest();
  }

  @Test
  void a_waiter_that_gives_up_while_its_slot_is_under_way_passes_it_on() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    Ask next = elsewhere().insistsOn("a").from(rig.admission);
    holder.release(); // the answer is on its way to the other loop now
    assertThat(waiter.answers).isZero();
    assertThat(waiter.cancel()).isTrue();
    net.run();
    assertThat(waiter.answers).isZero();
    assertThat(next.answer()).isEqualTo("a");
    release(next);
    rig.assertAtRest();
  }

  @Test
  void a_waiter_that_gives_up_while_its_refusal_is_under_way_hears_nothing() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    rig.publish(Slot.of("a", 1).down());
    assertThat(waiter.cancel()).isTrue();
    net.run();
    assertThat(waiter.answers).isZero();
    holder.release();
    rig.assertAtRest();
  }

  @Test
  void a_wait_that_is_over_cannot_be_given_up() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    release(holder);
    assertThat(waiter.cancel()).isFalse();
    assertThat(waiter.answer()).isEqualTo("a");
  }

  @Test
  void a_slot_under_way_is_not_lost_when_the_time_is_up_at_the_same_moment() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    net.loop(1)
        .schedule(
            () -> holder.release(),
            AdmissionRig.QUEUE_TIMEOUT.toNanos(),
            java.util.concurrent.TimeUnit.NANOSECONDS);
    net.advance(AdmissionRig.QUEUE_TIMEOUT);
    assertThat(waiter.answers).isEqualTo(1);
    if (waiter.lease != null) {
      release(waiter);
    }
    rig.assertAtRest();
  }

  @Test
  void a_newcomer_does_not_overtake_those_who_wait() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    holder.release();
    Ask newcomer = ask().from(rig.admission);
    net.run();
    assertThat(waiter.answer()).isEqualTo("a");
    assertThat(newcomer.answer()).isEqualTo("waits");
  }

  @Test
  void a_long_queue_of_short_requests_does_not_exhaust_the_stack() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    List<Ask> all = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      all.add(
          new Ask(net.loop(1)) {
            @Override
            public void granted(Lease granted) {
              super.granted(granted);
              release();
            }
          }.from(rig.admission));
    }
    release(holder);
    assertThat(all.stream().filter(a -> a.answers == 1)).hasSize(20_000);
    rig.assertAtRest();
  }

  @Test
  void a_slot_for_a_loop_that_has_ended_goes_to_the_next() {
    VirtualNetwork dying = VirtualNetwork.create(1, 1);
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask lost = new Ask(dying.loop(1)).from(rig.admission);
    Ask next = ask().insistsOn("a").from(rig.admission);
    dying.close();
    release(holder);
    assertThat(lost.answers).isZero();
    assertThat(next.answer()).isEqualTo("a");
    release(next);
    rig.assertAtRest();
  }
}
