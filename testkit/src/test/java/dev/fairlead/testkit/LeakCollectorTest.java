package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A check that cannot fail is none: here something is leaked on purpose. */
final class LeakCollectorTest {
  private final LeakCollector collector = new LeakCollector();
  private final ResourceLeakDetector<Object> detector =
      collector.newResourceLeakDetector(Object.class, 1);

  @Test
  void a_resource_that_was_dropped_without_release_is_found_with_its_records() {
    dropOne();

    List<String> leaks = collector.sweep();

    assertThat(leaks).hasSize(1);
    assertThat(leaks.get(0)).contains("Object was never released", "dropOne", "a hint");
    assertThatThrownBy(() -> NoLeaksLeft.check(leaks))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("1 leaked");
  }

  @Test
  void a_resource_that_was_released_is_no_leak() {
    Object resource = new Object();
    detector.trackForcibly(resource).close(resource);

    assertThat(collector.sweep()).isEmpty();
    assertThatCode(() -> NoLeaksLeft.check(List.of())).doesNotThrowAnyException();
  }

  @Test
  void a_resource_that_is_still_held_is_no_leak() {
    Object resource = new Object();
    ResourceLeakTracker<Object> tracker = detector.trackForcibly(resource);

    assertThat(collector.sweep()).isEmpty();

    tracker.close(resource);
  }

  @Test
  void buffers_of_this_run_are_watched_by_a_collector() {
    assertThat(ResourceLeakDetectorFactory.instance()).isInstanceOf(LeakCollector.class);
    assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
  }

  private void dropOne() {
    detector.trackForcibly(new Object()).record("a hint");
  }
}
