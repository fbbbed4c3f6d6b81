package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Classifier.Result;
import dev.fairlead.health.FailCount.Phase;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FailCountPropertyTest {
  private static final long FAIL_TIMEOUT = 100;

  /** What Nginx's round robin remembers of a peer, as long as requests end at once. */
  private static final class Peer {
    int fails;
    long accessed;
    long checked;

    boolean available(int maxFails, long now) {
      return fails < maxFails || now - checked > FAIL_TIMEOUT;
    }

    void request(boolean good, long now) {
      if (now - checked > FAIL_TIMEOUT) {
        checked = now;
      }
      if (!good) {
        fails++;
        accessed = now;
        checked = now;
      } else if (accessed < checked) {
        fails = 0;
      }
    }
  }

  /** Times are even, and our time-out is odd: at its very end Nginx does not ask yet, and we do. */
  @Property
  void a_server_may_be_asked_when_nginx_would_ask_it(
      @ForAll @IntRange(min = 1, max = 4) int maxFails,
      @ForAll List<Boolean> requests,
      @ForAll List<@IntRange(max = 80) Integer> pauses) {
    FailCount ours = new FailCount(maxFails, FAIL_TIMEOUT + 1);
    Peer theirs = new Peer();
    long now = 1_000;
    for (int i = 0; i < Math.min(requests.size(), pauses.size()); i++) {
      now += 2 * pauses.get(i);
      if (ours.phase() == Phase.OUT && ours.nanosLeft(now) <= 0) {
        ours.tryOnce(now);
      }
      assertThat(ours.phase() != Phase.OUT).isEqualTo(theirs.available(maxFails, now));
      if (ours.phase() != Phase.OUT) {
        boolean good = requests.get(i);
        theirs.request(good, now);
        if (ours.ended(good ? Result.OK : Result.ERROR, now, now)) {
          assertThat(ours.turn()).isNotNull();
        }
      }
    }
  }
}
