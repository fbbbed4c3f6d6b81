package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NamedTest {
  /** Found by its name in META-INF/services. */
  public static final class Always implements BalancerProvider {
    @Override
    public String name() {
      return "always";
    }

    @Override
    public Balancer create(Map<String, String> parameters) {
      int index = Integer.parseInt(parameters.getOrDefault("index", "0"));
      return Balancer.of((eligible, request) -> eligible.get(index));
    }
  }

  /** Another one, so that an error has names to tell. */
  public static final class Turn implements BalancerProvider {
    @Override
    public String name() {
      return "turn";
    }

    @Override
    public Balancer create(Map<String, String> parameters) {
      if (!parameters.isEmpty()) {
        throw Check.bad("parameters", parameters, "none");
      }
      return Balancers.roundRobin();
    }
  }

  @Test
  void a_strategy_is_found_by_its_name_and_told_its_parameters() {
    Picker first = Keyed.prepare(Balancers.named("always"), Keyed.servers(1, 1));
    Picker second =
        Keyed.prepare(Balancers.named("always", Map.of("index", "1")), Keyed.servers(1, 1));
    FakePickContext request = new FakePickContext(1);
    assertThat(Objects.requireNonNull(first.pick(request)).name()).isEqualTo("a");
    assertThat(Objects.requireNonNull(second.pick(request)).name()).isEqualTo("b");
  }

  @Test
  void an_unknown_name_is_answered_with_those_that_there_are() {
    assertThatThrownBy(() -> Balancers.named("never"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name: never (expected: always, turn)");
    assertThatThrownBy(() -> Named.create("never", Map.of(), ClassLoader.getPlatformClassLoader()))
        .hasMessage("name: never (expected: nothing, no provider was found)");
  }

  @Test
  void what_a_provider_refuses_is_refused() {
    assertThatThrownBy(() -> Balancers.named("turn", Map.of("a", "b")))
        .hasMessage("parameters: {a=b} (expected: none)");
  }
}
