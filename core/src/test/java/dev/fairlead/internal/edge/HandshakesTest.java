package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Await;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Places among the handshakes under way. */
class HandshakesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final EventLoop loop = channel.eventLoop();
  private final List<String> granted = new ArrayList<>();
  private final Handshakes handshakes = new Handshakes(2);

  private Handshakes.Place enter(String name) {
    return handshakes.enter(loop, () -> granted.add(name));
  }

  private List<String> granted() {
    channel.runPendingTasks();
    return granted;
  }

  @AfterEach
  void close() {
    channel.close();
  }

  @Test
  void no_more_than_the_limit_go_on_at_once_and_the_rest_follow_in_their_order() {
    Handshakes.Place first = enter("a");
    enter("b");
    enter("c");
    enter("d");
    assertThat(granted()).containsExactly("a", "b");

    first.close();
    first.close();
    assertThat(granted()).containsExactly("a", "b", "c");
    assertThat(handshakes.active()).isEqualTo(2);
  }

  @Test
  void who_leaves_while_waiting_loses_the_place_to_the_next() {
    Handshakes.Place first = enter("a");
    enter("b");
    Handshakes.Place waiting = enter("c");
    enter("d");

    waiting.close();
    first.close();
    assertThat(granted()).containsExactly("a", "b", "d");
  }

  /** A crowd that comes and leaves again while two are slow must not pile up. */
  @Test
  void who_has_left_while_waiting_is_held_by_nobody() {
    enter("a");
    enter("b");
    WeakReference<Object> connection = comesAndLeaves();
    Await.until("it is collected", Duration.ofSeconds(10), () -> {
      System.gc();
      return connection.get() == null;
    });
    assertThat(granted()).containsExactly("a", "b");
  }

  private WeakReference<Object> comesAndLeaves() {
    Object connection = new Object();
    handshakes.enter(loop, () -> granted.add(connection.toString())).close();
    return new WeakReference<>(connection);
  }
}
