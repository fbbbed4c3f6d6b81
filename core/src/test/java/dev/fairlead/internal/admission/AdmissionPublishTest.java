package dev.fairlead.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.internal.admission.AdmissionRig.Slot;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a new snapshot changes for those who wait and for those who come. */
class AdmissionPublishTest {
  private final VirtualNetwork net = VirtualNetwork.create();

  private AdmissionRig rig(Slot... servers) {
    return new AdmissionRig(net.traffic(), AdmissionRig.WISHES, 0, servers);
  }

  private Ask ask() {
    return new Ask(net.loop(1));
  }

  private Ask elsewhere() {
    return new Ask(net.loop(2));
  }

  private void publish(AdmissionRig rig, Slot... servers) {
    rig.publish(servers);
    net.run();
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void waiters_of_a_server_that_drains_are_picked_again() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    Ask holder = ask().insistsOn("a").from(rig.admission);
    Ask waiter = elsewhere().insistsOn("a").from(rig.admission);
    publish(rig, Slot.of("a", 1).draining(), Slot.of("b", 1));
    assertThat(waiter.answer()).isEqualTo("b");
    assertThat(rig.live("a").queued()).isZero();
    assertThat(holder.answer()).isEqualTo("a");
  }

  @Test
  void waiters_of_a_server_that_goes_down_are_picked_again() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    ask().insistsOn("a").from(rig.admission);
    Ask b = ask().insistsOn("b").from(rig.admission);
    Ask waiter = elsewhere().insistsOn("a").from(rig.admission);
    Ask sticky = elsewhere().boundTo("a").from(rig.admission);
    publish(rig, Slot.of("a", 1).down(), Slot.of("b", 1));
    assertThat(List.of(waiter.answer(), sticky.answer())).containsExactly("waits", "waits");
    assertThat(rig.admission.waiting()).isEqualTo(2);
    b.release();
    net.run();
    assertThat(waiter.answer()).isEqualTo("b");
  }

  @Test
  void waiters_of_a_server_that_left_are_picked_again() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    Ask holder = ask().insistsOn("a").from(rig.admission);
    Ask waiter = elsewhere().insistsOn("a").from(rig.admission);
    LiveServer gone = rig.live("a");
    publish(rig, Slot.of("c", 1));
    assertThat(waiter.answer()).isEqualTo("c");
    assertThat(gone.queued()).isZero();
    holder.release();
    assertThat(gone.inFlight()).isZero();
  }

  @Test
  void another_server_at_the_same_index_does_not_inherit_waiters_or_slots() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    LiveServer gone = rig.live("a");
    publish(rig, Slot.of("c", 1));
    assertThat(rig.live("c").index()).isEqualTo(gone.index());
    Ask c = elsewhere().from(rig.admission);
    Ask waiter = elsewhere().from(rig.admission);
    holder.release();
    net.run();
    assertThat(c.answer()).isEqualTo("c");
    assertThat(waiter.answer()).isEqualTo("waits");
    c.release();
    net.run();
    assertThat(waiter.answer()).isEqualTo("c");
  }

  @Test
  void waiters_of_a_server_that_drains_do_not_get_its_new_slots_while_they_are_picked_again() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    ask().insistsOn("a").from(rig.admission);
    Ask b = ask().insistsOn("b").from(rig.admission);
    Ask first = ask().insistsOn("a").from(rig.admission);
    Ask second = elsewhere().insistsOn("a").from(rig.admission);
    publish(rig, Slot.of("a", 3).draining(), Slot.of("b", 1));
    assertThat(List.of(first.answer(), second.answer())).containsOnly("waits");
    assertThat(rig.admission.waiting()).isEqualTo(2);
    b.release();
    net.run();
    assertThat(List.of(first.answer(), second.answer())).containsExactly("b", "waits");
  }

  @Test
  void all_down_refuses_everybody_at_once() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    ask().from(rig.admission);
    ask().from(rig.admission);
    Ask any = elsewhere().from(rig.admission);
    Ask own = elsewhere().insistsOn("a").from(rig.admission);
    publish(rig, Slot.of("a", 1).down(), Slot.of("b", 1).down());
    assertThat(List.of(any.answer(), own.answer())).containsOnly("NO_SERVER");
    assertThat(ask().from(rig.admission).answer()).isEqualTo("NO_SERVER");
  }

  @Test
  void a_raised_limit_serves_those_who_wait() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    ask().from(rig.admission);
    List<Ask> waiters =
        List.of(ask().from(rig.admission), elsewhere().insistsOn("a").from(rig.admission));
    Ask last = ask().from(rig.admission);
    publish(rig, Slot.of("a", 3));
    assertThat(waiters).allMatch(w -> w.answer().equals("a"));
    assertThat(last.answer()).isEqualTo("waits");
    publish(rig, Slot.of("a", 0));
    assertThat(last.answer()).isEqualTo("a");
  }

  @Test
  void a_lowered_limit_holds_back_until_enough_has_ended() {
    AdmissionRig rig = rig(Slot.of("a", 3));
    List<Ask> holders =
        List.of(ask().from(rig.admission), ask().from(rig.admission), ask().from(rig.admission));
    publish(rig, Slot.of("a", 1));
    Ask waiter = elsewhere().from(rig.admission);
    holders.get(0).release();
    holders.get(1).release();
    net.run();
    assertThat(waiter.answer()).isEqualTo("waits");
    holders.get(2).release();
    net.run();
    assertThat(waiter.answer()).isEqualTo("a");
  }

  @Test
  void a_server_that_joins_serves_those_who_wait_for_anyone() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    ask().from(rig.admission);
    Ask any = elsewhere().from(rig.admission);
    Ask own = elsewhere().insistsOn("a").from(rig.admission);
    publish(rig, Slot.of("a", 1), Slot.of("b", 1));
    assertThat(any.answer()).isEqualTo("b");
    assertThat(own.answer()).isEqualTo("waits");
  }

  @Test
  void closing_refuses_those_who_wait_and_those_who_come() {
    AdmissionRig rig = rig(Slot.of("a", 1));
    Ask holder = ask().from(rig.admission);
    Ask any = elsewhere().from(rig.admission);
    Ask own = elsewhere().insistsOn("a").from(rig.admission);
    rig.admission.close();
    net.run();
    assertThat(List.of(any.answer(), own.answer())).containsOnly("SHUTTING_DOWN");
    assertThat(ask().from(rig.admission).answer()).isEqualTo("SHUTTING_DOWN");
    holder.release();
    assertThat(ask().from(rig.admission).answer()).isEqualTo("SHUTTING_DOWN");
    rig.assertAtRest();
  }

  @Test
  void a_sticky_request_takes_a_draining_server() {
    AdmissionRig rig = rig(Slot.of("a", 2).draining(), Slot.of("b", 1));
    assertThat(ask().boundTo("a").from(rig.admission).answer()).isEqualTo("a");
    ask().from(rig.admission);
    assertThat(ask().from(rig.admission).answer()).isEqualTo("waits");
    assertThat(ask().boundTo("a").from(rig.admission).answer())
        .as("though others wait for any server")
        .isEqualTo("a");
  }

  @Test
  void a_sticky_request_waits_for_a_draining_server() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    Ask holder = ask().boundTo("a").from(rig.admission);
    Ask sticky = elsewhere().boundTo("a").from(rig.admission);
    Ask loose = elsewhere().insistsOn("a").from(rig.admission);
    publish(rig, Slot.of("a", 1).draining(), Slot.of("b", 1));
    assertThat(loose.answer()).isEqualTo("b");
    assertThat(sticky.answer()).isEqualTo("waits");
    holder.release();
    net.run();
    assertThat(sticky.answer()).isEqualTo("a");
  }

  @Test
  void a_sticky_request_is_served_even_when_nobody_else_would_be() {
    AdmissionRig rig = rig(Slot.of("a", 1).draining());
    Ask sticky = ask().boundTo("a").from(rig.admission);
    Ask next = elsewhere().boundTo("a").from(rig.admission);
    assertThat(ask().from(rig.admission).answer()).isEqualTo("NO_SERVER");
    publish(rig, Slot.of("a", 1).draining());
    assertThat(next.answer()).isEqualTo("waits");
    sticky.release();
    net.run();
    assertThat(next.answer()).isEqualTo("a");
  }

  @Test
  void a_sticky_request_is_balanced_when_its_server_is_down_gone_or_has_failed_it() {
    AdmissionRig rig = rig(Slot.of("a", 1).down(), Slot.of("b", 0));
    assertThat(ask().boundTo("a").from(rig.admission).answer()).isEqualTo("b");
    assertThat(ask().boundTo("nobody").from(rig.admission).answer()).isEqualTo("b");
    Ask failed = ask().boundTo("b");
    publish(rig, Slot.of("a", 1), Slot.of("b", 0));
    failed.failed = rig.admission.routing().eligible().get(1);
    assertThat(failed.from(rig.admission).answer()).isEqualTo("a");
  }

  @Test
  void a_free_slot_of_a_draining_server_is_no_slot_for_others() {
    AdmissionRig rig = rig(Slot.of("a", 1), Slot.of("b", 1));
    Ask a = ask().insistsOn("a").from(rig.admission);
    ask().insistsOn("b").from(rig.admission);
    Ask any = elsewhere().from(rig.admission);
    publish(rig, Slot.of("a", 1).draining(), Slot.of("b", 1));
    a.release();
    net.run();
    assertThat(any.answer()).isEqualTo("waits");
    publish(rig, Slot.of("a", 1), Slot.of("b", 1));
    assertThat(any.answer()).isEqualTo("a");
  }
}
