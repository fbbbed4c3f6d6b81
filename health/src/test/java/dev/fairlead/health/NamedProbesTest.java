package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NamedProbesTest {
  /** Found by its name in META-INF/services. */
  public static final class Always implements ProbeProvider {
    @Override
    public String name() {
      return "always";
    }

    @Override
    public Probe create(Map<String, String> parameters) {
      if (!parameters.keySet().equals(Set.of("says"))) {
        throw new IllegalArgumentException("parameters: " + parameters + " (expected: says)");
      }
      Verdict verdict = Verdict.pass(parameters.getOrDefault("says", ""));
      return target -> CompletableFuture.completedFuture(verdict);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // it does not look at its target
  void a_probe_is_found_by_its_name_and_told_its_parameters() {
    Probe probe = Probes.named("always", Map.of("says", "fine"));
    assertThat(probe.check(null).toCompletableFuture().join()).isEqualTo(Verdict.pass("fine"));
  }

  @Test
  void an_unknown_name_is_answered_with_those_that_there_are() {
    assertThatThrownBy(() -> Probes.named("never", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name: never (expected: always)");
    assertThatThrownBy(
            () -> NamedProbes.create("never", Map.of(), ClassLoader.getPlatformClassLoader()))
        .hasMessage("name: never (expected: nothing, no provider was found)");
  }

  @Test
  void what_a_provider_refuses_is_refused() {
    assertThatThrownBy(() -> Probes.named("always", Map.of("a", "b")))
        .hasMessage("parameters: {a=b} (expected: says)");
  }
}
