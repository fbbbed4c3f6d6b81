package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract can fail: strategies with well-known mistakes do not pass. */
class BalancerContractTest {
  /** Undertow's and Styx's mistake: the remainder is negative after 2³¹ picks. */
  static class Wrapping extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return members -> new Counting(members.eligible());
    }

    @Override
    protected void setCounter(Picker picker, long value) {
      ((Counting) picker).counter.set((int) value);
    }

    private record Counting(List<Candidate> servers, AtomicInteger counter) implements Picker {
      Counting(List<Candidate> servers) {
        this(servers, new AtomicInteger());
      }

      @Override
      public Candidate pick(PickContext request) {
        for (int i = 1; i < servers.size(); i++) {
          Candidate next = servers.get(counter.incrementAndGet() % servers.size());
          if (request.usable(next)) {
            return next;
          }
        }
        return servers.stream().filter(request::usable).findFirst().orElse(servers.get(0));
      }
    }
  }

  /** Takes any server that is configured, whatever its health. */
  static class Stranger extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return members ->
          request -> members.all().get(request.random().nextInt(members.all().size()));
    }
  }

  /** Always the first. */
  static class Stubborn extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancer.of((servers, request) -> servers.get(0));
    }
  }

  /** Begins anew with each list. */
  static class Forgetful extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return members -> Balancers.roundRobin()
          .prepare(Candidates.members(members.eligible(), members.all(), null));
    }
  }

  /** Waits for a server although others are free. */
  static class Patient extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(HashKeys.source()).maglev(1021);
    }
  }

  /** Waits, and says so. */
  static class KnownToBePatient extends Patient {
    @Override
    protected boolean waitsForFullServers() {
      return true;
    }
  }

  /** Right for one thread only. */
  static class Unguarded extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return members -> new Picker() {
        private int next;

        @Override
        public Candidate pick(PickContext request) {
          if (next >= members.eligible().size()) {
            next = 0;
          }
          for (int i = 0; i < 50; i++) {
            Thread.onSpinWait(); // meanwhile another thread may take the last place
          }
          return members.eligible().get(next++);
        }
      };
    }
  }

  /** A rule without memory, as in the README, that does all that the contract asks for. */
  static class Chance extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancer.of((servers, request) -> {
        List<Candidate> usable = servers.stream().filter(request::usable).toList();
        int sum = usable.stream().mapToInt(Candidate::weight).sum();
        int at = sum == 0 ? 0 : request.random().nextInt(sum);
        for (Candidate server : usable) {
          at -= server.weight();
          if (at < 0) {
            return server;
          }
        }
        return null;
      });
    }
  }

  private static Set<String> failed(Class<? extends BalancerContract> contract) {
    Set<String> failed = new TreeSet<>();
    LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
        .selectors(selectClass(contract))
        .build();
    LauncherConfig config = LauncherConfig.builder()
        .enableLauncherSessionListenerAutoRegistration(false)
        .build();
    LauncherFactory.create(config).execute(request, new TestExecutionListener() {
      @Override
      public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
          failed.add(test.getSource()
              .map(s -> s instanceof MethodSource m ? m.getMethodName() : s.toString())
              .orElse("?"));
        }
      }
    });
    return failed;
  }

  @Test
  void a_counter_that_goes_negative_is_found() {
    assertThat(failed(Wrapping.class)).contains("a_counter_that_wraps_does_no_harm");
  }

  @Test
  void a_strategy_that_picks_strangers_is_found() {
    assertThat(failed(Stranger.class))
        .contains(
            "only_an_eligible_server_is_picked_and_a_tried_or_full_one_never_while_another_is_usable");
  }

  @Test
  void a_strategy_that_ignores_failures_and_shares_is_found() {
    assertThat(failed(Stubborn.class))
        .contains(
            "only_an_eligible_server_is_picked_and_a_tried_or_full_one_never_while_another_is_usable",
            "equal_servers_get_equal_shares",
            "weights_are_respected",
            "load_is_spread_evenly_over_a_rolling_restart");
  }

  @Test
  void a_turn_that_begins_anew_with_each_list_is_found() {
    assertThat(failed(Forgetful.class))
        .containsExactly("load_is_spread_evenly_over_a_rolling_restart");
  }

  @Test
  void a_strategy_that_waits_while_others_are_free_is_found_unless_it_says_so() {
    assertThat(failed(Patient.class))
        .containsExactly(
            "only_an_eligible_server_is_picked_and_a_tried_or_full_one_never_while_another_is_usable");
    assertThat(failed(KnownToBePatient.class)).isEmpty();
  }

  @Test
  void a_strategy_for_one_thread_is_found() {
    assertThat(failed(Unguarded.class))
        .contains("eight_threads_pick_at_once_while_the_list_is_replaced");
  }

  @Test
  void a_good_strategy_of_a_users_passes() {
    assertThat(failed(Chance.class)).isEmpty();
  }
}
