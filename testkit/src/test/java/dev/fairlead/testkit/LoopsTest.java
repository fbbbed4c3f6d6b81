package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LoopsTest {
  @Test
  void loops_work_until_closed_and_their_threads_end_with_them() throws Exception {
    EventLoopGroup group;
    try (Loops loops = Loops.nio(2)) {
      group = loops.group();
      assertThat(group.submit(() -> "done").get()).isEqualTo("done");
    }
    assertThat(group.isTerminated()).isTrue();
  }

  @Test
  void a_group_may_be_shut_down_twice() {
    try (Loops loops = Loops.local(1)) {
      Loops.shutDown(loops.group());
    }
  }

  @Test
  void a_free_port_can_be_bound() {
    try (ScriptedServer server = ScriptedServer.start(Ports.free(), Scripts.echo())) {
      assertThat(server.port()).isPositive();
    }
  }
}
