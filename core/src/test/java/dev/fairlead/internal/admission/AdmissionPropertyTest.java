package dev.fairlead.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.internal.admission.AdmissionRig.Slot;
import dev.fairlead.testkit.VirtualNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever happens in whatever order on two loops, nobody is lost and no slot is. */
class AdmissionPropertyTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @Property(tries = 400, shrinking = ShrinkingMode.BOUNDED)
  void nobody_waits_while_a_slot_is_free_and_everybody_is_answered_once(
      @ForAll @IntRange(max = 9_999) int interleaving,
      @ForAll @Size(min = 1, max = 150) List<@IntRange(max = 999_999) Integer> steps) {
    try (VirtualNetwork net = VirtualNetwork.create(interleaving, 2)) {
      Run run = new Run(net);
      for (int step : steps) {
        run.step(new Random(step));
      }
      run.end();
    }
  }

  private static final class Run {
    private final VirtualNetwork net;
    private final AdmissionRig rig;
    private final List<Ask> asks = new ArrayList<>();
    private final List<Ask> cancelled = new ArrayList<>();
    private Slot[] servers = {Slot.of("a", 1), Slot.of("b", 2), Slot.of("c", 1).maxQueue(1)};

    Run(VirtualNetwork net) {
      this.net = net;
      this.rig =
          new AdmissionRig(net.traffic(), AdmissionRig.WISHES, 6, Duration.ofMillis(5), servers);
    }

    void step(Random chance) {
      int kind = chance.nextInt(100);
      if (kind < 45) {
        asks.add(ask(chance).from(rig.admission));
      } else if (kind < 65) {
        asks.stream()
            .filter(a -> a.lease != null)
            .skip(chance.nextInt(3))
            .findFirst()
            .ifPresent(Ask::release);
      } else if (kind < 75) {
        asks.stream()
            .filter(this::waits)
            .skip(chance.nextInt(3))
            .findFirst()
            .ifPresent(this::cancel);
      } else if (kind < 85) {
        servers = NAMES.stream().map(name -> slot(name, chance)).toArray(Slot[]::new);
        rig.publish(servers);
      } else if (kind < 95) {
        net.run();
        checkAtQuiescence();
      } else {
        net.advance(Duration.ofMillis(chance.nextInt(4)));
        checkAtQuiescence();
      }
      assertThat(asks).allMatch(a -> a.answers <= 1);
    }

    private Ask ask(Random chance) {
      Ask ask = new Ask(net.loop(1 + chance.nextInt(2)));
      if (chance.nextInt(3) == 0) {
        ask.insistsOn(NAMES.get(chance.nextInt(3)));
      } else if (chance.nextInt(4) == 0) {
        ask.boundTo(NAMES.get(chance.nextInt(3)));
      }
      return ask.inClass(chance.nextInt(2)).offset(chance.nextInt(3));
    }

    private static Slot slot(String name, Random chance) {
      Slot slot = Slot.of(name, chance.nextInt(4));
      return switch (chance.nextInt(5)) {
        case 0 -> slot.draining();
        case 1 -> slot.down();
        default -> slot;
      };
    }

    private boolean waits(Ask ask) {
      return ask.answers == 0 && !cancelled.contains(ask);
    }

    private void cancel(Ask ask) {
      assertThat(ask.cancel()).isTrue();
      cancelled.add(ask);
    }

    private void checkAtQuiescence() {
      assertThat(rig.failures).isEmpty();
      assertThat(cancelled).allMatch(a -> a.answers == 0);
      long waiting = rig.admission.waiting();
      for (Slot server : servers) {
        LiveServer live = rig.live(server.name());
        waiting += live.queued();
        assertThat(live.queued()).isEqualTo(live.queue.size());
        boolean free = server.limit() == 0 || live.inFlight() < server.limit();
        if (free && server.sticky()) {
          assertThat(live.queued())
              .as("waiters of %s, which has a slot", server)
              .isZero();
        }
        if (free && server.eligible()) {
          assertThat(rig.admission.waiting())
              .as("waiters, while %s has a slot", server)
              .isZero();
        }
        assertThat(asks)
            .filteredOn(a -> a.lease != null && a.lease.server().name().equals(server.name()))
            .hasSize(live.inFlight());
      }
      assertThat(asks).filteredOn(this::waits).hasSize((int) waiting);
    }

    /** All that hold slots give them back, until nobody is left. */
    void end() {
      net.run();
      checkAtQuiescence();
      rig.publish(NAMES.stream().map(name -> Slot.of(name, 1)).toArray(Slot[]::new));
      net.run();
      while (asks.stream().anyMatch(a -> a.lease != null)) {
        asks.stream().filter(a -> a.lease != null).findFirst().ifPresent(Ask::release);
        net.run();
      }
      assertThat(asks).allMatch(a -> a.answers == (cancelled.contains(a) ? 0 : 1));
      rig.assertAtRest();
      net.advance(Duration.ofMinutes(1));
      assertThat(asks).allMatch(a -> a.answers == (cancelled.contains(a) ? 0 : 1));
    }
  }
}
