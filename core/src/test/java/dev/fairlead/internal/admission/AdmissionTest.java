package dev.fairlead.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Balancers;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Outcome;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Picker;
import dev.fairlead.internal.admission.AdmissionRig.Slot;
import dev.fairlead.spi.Lease;
import dev.fairlead.status.Termination;
import dev.fairlead.testkit.VirtualNetwork;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slots taken and given back, strategies that misbehave. */
class AdmissionTest {
  private final VirtualNetwork net = VirtualNetwork.create();

  private AdmissionRig rig(Balancer balancer, Slot... servers) {
    return new AdmissionRig(net.traffic(), balancer, 0, servers);
  }

  private Ask ask() {
    return new Ask(net.loop(1));
  }

  @AfterEach
  void close() {
    net.close();
  }

  @Test
  void a_free_slot_is_granted_before_acquire_returns() {
    AdmissionRig rig = rig(AdmissionRig.WISHES, Slot.of("a", 1));
    Ask ask = ask().from(rig.admission);
    assertThat(ask.waiting).isNull();
    assertThat(ask.answer()).isEqualTo("a");
    assertThat(rig.live("a").inFlight()).isEqualTo(1);
    ask.release();
    rig.assertAtRest();
  }

  @Test
  void a_server_without_a_limit_takes_everybody() {
    AdmissionRig rig = rig(Balancers.roundRobin(), Slot.of("a", 0));
    List<Ask> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(ask().from(rig.admission));
    }
    assertThat(all).allMatch(a -> a.answer().equals("a"));
    all.forEach(Ask::release);
    rig.assertAtRest();
  }

  @Test
  void a_lease_released_twice_is_an_error_and_counts_once() {
    AdmissionRig rig = rig(AdmissionRig.WISHES, Slot.of("a", 2));
    Ask kept = ask().from(rig.admission);
    Ask ask = ask().from(rig.admission);
    Lease lease = ask.held();
    ask.release();
    assertThatThrownBy(() -> lease.release(new Ask.Ended(Outcome.Kind.COMPLETED)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("lease of a: released twice");
    assertThat(rig.live("a").inFlight()).isEqualTo(1);
    kept.release();
    rig.assertAtRest();
  }

  @Test
  void a_strategy_that_throws_costs_that_request_and_is_reported() {
    Picker broken = request -> {
      throw new IllegalStateException("broken");
    };
    AdmissionRig rig = rig(members -> broken, Slot.of("a", 1));
    assertThat(ask().from(rig.admission).answer()).isEqualTo("INTERNAL_ERROR");
    assertThat(rig.failures).containsExactly("balancer: broken");
    rig.assertAtRest();
  }

  @Test
  void a_strategy_that_returns_a_stranger_costs_that_request_and_is_reported() {
    AdmissionRig other = rig(AdmissionRig.WISHES, Slot.of("a", 1), Slot.of("x", 1));
    Candidate stranger = other.admission.routing().eligible().get(1);
    AdmissionRig rig = rig(members -> request -> stranger, Slot.of("a", 1));
    assertThat(ask().from(rig.admission).answer()).isEqualTo("INTERNAL_ERROR");
    assertThat(rig.failures).containsExactly("balancer: picked x, which is not eligible");
    rig.assertAtRest();
  }

  @Test
  void a_strategy_that_returns_a_draining_server_costs_that_request() {
    Balancer lastOfAll = members -> request -> members.all().get(members.all().size() - 1);
    AdmissionRig rig = rig(lastOfAll, Slot.of("a", 1), Slot.of("b", 1).draining());
    assertThat(ask().from(rig.admission).answer()).isEqualTo("INTERNAL_ERROR");
    assertThat(rig.failures).hasSize(1);
    rig.assertAtRest();
  }

  @Test
  void a_request_that_throws_when_asked_is_refused_and_harms_no_other() {
    AdmissionRig rig = rig(AdmissionRig.WISHES, Slot.of("a", 1));
    Ask broken = new Ask(net.loop(1)) {
      @Override
      public Affinity affinity() {
        throw new IllegalStateException("no affinity");
      }
    };
    assertThat(broken.from(rig.admission).answer()).isEqualTo("INTERNAL_ERROR");
    assertThat(rig.failures).hasSize(1);
    assertThat(ask().from(rig.admission).answer()).isEqualTo("a");
  }

  @Test
  void a_pick_never_hangs_a_request_while_a_server_is_free() {
    AdmissionRig rig = rig(members -> request -> null, Slot.of("a", 1), Slot.of("b", 1));
    Ask first = ask().from(rig.admission);
    Ask second = ask().from(rig.admission);
    assertThat(List.of(first.answer(), second.answer())).containsExactlyInAnyOrder("a", "b");
    assertThat(ask().from(rig.admission).answer()).isEqualTo("waits");
  }

  @Test
  void a_server_that_has_not_failed_yet_is_free_first() {
    for (int i = 0; i < 20; i++) {
      AdmissionRig rig = rig(members -> request -> null, Slot.of("a", 1), Slot.of("b", 1));
      Ask ask = ask();
      ask.failed = rig.admission.routing().eligible().get(0);
      assertThat(ask.from(rig.admission).answer()).isEqualTo("b");
    }
  }

  @Test
  void a_server_that_has_failed_is_better_than_a_wait() {
    AdmissionRig rig = rig(members -> request -> null, Slot.of("a", 1), Slot.of("b", 1));
    Ask other = ask().insistsOn("b");
    other.failed = rig.admission.routing().eligible().get(0);
    assertThat(other.from(rig.admission).answer()).isEqualTo("b");
    Ask ask = ask();
    ask.failed = rig.admission.routing().eligible().get(0);
    assertThat(ask.from(rig.admission).answer()).isEqualTo("a");
  }

  @Test
  void the_end_of_a_lease_is_told_once_to_the_picker_in_force_and_to_each_listener() {
    List<String> told = new ArrayList<>();
    List<Picker> prepared = new ArrayList<>();
    Balancer telling = members -> {
      int number = prepared.size() + 1;
      Picker picker = new Picker() {
        @Override
        public @Nullable Candidate pick(PickContext request) {
          return members.eligible().get(0);
        }

        @Override
        public void completed(Candidate server, Outcome outcome) {
          told.add("picker " + number + ": " + server.name() + " " + outcome.kind());
        }
      };
      prepared.add(picker);
      return picker;
    };
    AdmissionRig rig = rig(telling, Slot.of("a", 1));
    rig.live("a").outcomeListeners().add(o -> told.add("listener: " + o.kind()));
    Ask ask = ask().from(rig.admission);
    rig.publish(Slot.of("a", 1));
    ask.release(Outcome.Kind.RESET);
    assertThat(told).containsExactly("picker 2: a RESET", "listener: RESET");
  }

  @Test
  void listeners_that_throw_are_reported_and_the_slot_is_free_all_the_same() {
    Picker broken = new Picker() {
      @Override
      public @Nullable Candidate pick(PickContext request) {
        return null;
      }

      @Override
      public void completed(Candidate server, Outcome outcome) {
        throw new IllegalStateException("picker");
      }
    };
    AdmissionRig rig = rig(members -> broken, Slot.of("a", 1));
    rig.live("a").outcomeListeners().add(o -> {
      throw new IllegalStateException("listener");
    });
    Ask ask = ask().from(rig.admission);
    ask.release();
    assertThat(rig.failures).containsExactly("balancer: picker", "outcome listener: listener");
    rig.assertAtRest();
  }

  @Test
  void a_protocol_that_throws_when_granted_does_not_keep_the_slot() {
    AdmissionRig rig = rig(AdmissionRig.WISHES, Slot.of("a", 1));
    Ask broken = new Ask(net.loop(1)) {
      @Override
      public void granted(Lease granted) {
        super.granted(granted);
        throw new IllegalStateException("protocol");
      }
    };
    broken.from(rig.admission);
    assertThat(rig.failures).containsExactly("protocol: protocol");
    assertThat(broken.revocations).isEqualTo(1);
    rig.assertAtRest();
  }

  @Test
  void a_protocol_that_throws_whatever_it_is_told_does_not_keep_the_slot() {
    AdmissionRig rig = rig(AdmissionRig.WISHES, Slot.of("a", 1));
    Ask broken = new Ask(net.loop(1)) {
      @Override
      public void granted(Lease granted) {
        throw new IllegalStateException("granted");
      }

      @Override
      public void revoked(Lease wanted, Termination.Cause why) {
        throw new IllegalStateException("revoked");
      }
    };
    broken.from(rig.admission);
    assertThat(rig.failures).containsExactly("protocol: granted", "protocol: revoked");
    rig.assertAtRest();
  }

  @Test
  void leases_are_asked_back_even_when_one_takes_others_with_it() {
    AdmissionRig rig = rig(AdmissionRig.WISHES, Slot.of("a", 0));
    List<Ask> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(
          new Ask(net.loop(1)) {
            @Override
            public void revoked(Lease wanted, Termination.Cause why) {
              super.revoked(wanted, why);
              Ask neighbour = all.get((all.indexOf(this) + 4) % 5);
              if (neighbour.lease != null) {
                neighbour.release();
              }
            }
          }.from(rig.admission));
    }
    rig.live("a").leases(0).revokeAll(Termination.Cause.KILLED);
    rig.assertAtRest();
  }

  @Test
  void a_server_that_drains_between_pick_and_slot_gets_nothing() {
    List<Runnable> during = new ArrayList<>();
    Balancer slow = members -> request -> {
      Candidate chosen = members.eligible().get(0);
      List.copyOf(during).forEach(Runnable::run);
      return chosen;
    };
    AdmissionRig rig = rig(slow, Slot.of("a", 1), Slot.of("b", 1));
    during.add(() -> {
      during.clear();
      rig.publish(Slot.of("a", 1).draining(), Slot.of("b", 1));
    });
    Ask ask = ask().from(rig.admission);
    assertThat(rig.live("a").inFlight()).isZero();
    assertThat(ask.answer()).isEqualTo("b");
  }
}
