package dev.fairlead.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored") // what a task or write does shows in the story
final class VirtualNetworkTest {
  private final VirtualNetwork network = VirtualNetwork.create();
  private final List<String> story = new ArrayList<>();

  @AfterEach
  void close_the_network() {
    network.close();
  }

  @Test
  void time_stands_still_until_it_is_advanced_and_then_is_exact() {
    at(1, 1_000_000_001L, "due");
    network.run();

    network.advance(Duration.ofSeconds(1));
    assertThat(story).isEmpty();
    assertThat(network.now()).isEqualTo(Duration.ofSeconds(1));

    network.advance(Duration.ofNanos(1));
    assertThat(story).containsExactly("due at 1000000001");
    assertThat(network.loop(1).ticker()).isSameAs(network.ticker());
  }

  @Test
  void tasks_of_all_loops_run_in_the_order_of_their_deadlines_each_at_its_own_time() {
    at(1, 30, "c");
    at(2, 10, "a");
    at(0, 20, "b");

    network.advance(Duration.ofNanos(100));

    assertThat(story).containsExactly("a at 10", "b at 20", "c at 30");
    assertThat(network.now()).isEqualTo(Duration.ofNanos(100));
  }

  @Test
  void tasks_of_one_loop_with_one_deadline_run_in_the_order_they_were_scheduled() {
    at(1, 5, "first");
    at(1, 5, "second");

    network.advance(Duration.ofNanos(5));

    assertThat(story).containsExactly("first at 5", "second at 5");
  }

  @Test
  void a_task_that_schedules_another_within_the_advance_sees_it_run_in_time() {
    network.loop(0).schedule(() -> at(2, 3, "child"), 4, TimeUnit.NANOSECONDS);

    network.advance(Duration.ofNanos(10));

    assertThat(story).containsExactly("child at 7");
  }

  @Test
  void a_periodic_task_runs_once_per_period() {
    network.loop(1).scheduleAtFixedRate(() -> tell("tick"), 10, 10, TimeUnit.NANOSECONDS);

    network.advance(Duration.ofNanos(35));

    assertThat(story).containsExactly("tick at 10", "tick at 20", "tick at 30");
  }

  @Test
  void a_cancelled_task_neither_runs_nor_stops_the_clock() {
    network.loop(1).schedule(() -> tell("never"), 10, TimeUnit.NANOSECONDS).cancel(false);

    assertThat(network.runUntil(() -> network.now().toNanos() == 10, Duration.ofNanos(20)))
        .isFalse();

    assertThat(story).isEmpty();
  }

  @Test
  void run_until_stops_at_the_deadline_that_made_the_condition_true() {
    at(1, 40, "done");

    boolean held = network.runUntil(() -> !story.isEmpty(), Duration.ofSeconds(1));

    assertThat(held).isTrue();
    assertThat(network.now()).isEqualTo(Duration.ofNanos(40));
    assertThat(network.runUntil(() -> false, Duration.ofNanos(2))).isFalse();
    assertThat(network.now()).isEqualTo(Duration.ofNanos(42));
  }

  @Test
  void loops_that_never_rest_are_reported() {
    EventLoop loop = network.loop(1);
    boolean[] on = {true};
    Runnable[] again = new Runnable[1];
    again[0] = () -> {
      if (on[0]) {
        network.loop(2).execute(() -> loop.execute(again[0]));
      }
    };
    loop.execute(again[0]);

    assertThatThrownBy(network::run)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("rest");
    on[0] = false;
  }

  @Test
  void traffic_loops_are_taken_in_turn_and_control_is_apart() {
    assertThat(List.of(
            network.traffic().next(),
            network.traffic().next(),
            network.traffic().next()))
        .containsExactly(network.loop(1), network.loop(2), network.loop(1));
    assertThat(network.control().next()).isSameAs(network.loop(0));
  }

  @Test
  void a_client_on_one_loop_talks_to_a_server_on_the_other() {
    LocalAddress address = new LocalAddress("echo");
    Channel server = bindEcho(address);
    Channel client = connect(address);

    client.writeAndFlush(Unpooled.copiedBuffer("hello", ISO_8859_1));
    network.run();

    assertThat(story).containsExactly("hello at 0");
    assertThat(client.eventLoop()).isSameAs(network.loop(2));
    assertThat(server.eventLoop()).isSameAs(network.loop(0));
  }

  @Test
  void get_returns_what_is_done_and_names_what_is_pending() {
    Promise<String> promise = network.loop(1).newPromise();
    assertThatThrownBy(() -> network.get(promise)).hasMessageContaining("pending");

    network.loop(1).execute(() -> promise.setSuccess("yes"));
    assertThat(network.get(promise)).isEqualTo("yes");

    CompletableFuture<String> stage = new CompletableFuture<>();
    network.loop(2).execute(() -> stage.complete("also"));
    assertThat(network.get(stage)).isEqualTo("also");
  }

  @Test
  void the_same_seed_is_the_same_interleaving_and_some_seed_is_another() {
    List<String> first = interleaving(7);

    assertThat(interleaving(7)).isEqualTo(first);
    assertThat(List.of(1, 2, 3, 4, 5, 6))
        .anySatisfy(seed -> assertThat(interleaving(seed)).isNotEqualTo(first));
  }

  @Test
  void close_ends_the_loops_and_closes_their_channels_without_really_waiting() {
    LocalAddress address = new LocalAddress("closing");
    Channel server = bindEcho(address);
    Channel client = connect(address);
    client.closeFuture().addListener(closed -> story.add("client closed"));

    network.close();

    assertThat(server.isOpen()).isFalse();
    assertThat(client.isOpen()).isFalse();
    assertThat(story).containsExactly("client closed");
    assertThat(network.traffic().isTerminated()).isTrue();
    assertThat(network.control().isTerminated()).isTrue();
  }

  @Test
  void close_twice_is_close_once() {
    network.close();
    network.close();

    assertThat(network.traffic().isShutdown()).isTrue();
  }

  private Channel bindEcho(LocalAddress address) {
    ChannelFuture bound = new ServerBootstrap()
        .group(network.control(), network.traffic())
        .channel(LocalServerChannel.class)
        .childHandler(new Echo())
        .bind(address);
    network.get(bound);
    return bound.channel();
  }

  private Channel connect(LocalAddress address) {
    ChannelFuture connected = new Bootstrap()
        .group(network.loop(2))
        .channel(LocalChannel.class)
        .handler(new Listening())
        .connect(address);
    network.get(connected);
    return connected.channel();
  }

  private List<String> interleaving(long seed) {
    try (VirtualNetwork other = VirtualNetwork.create(seed, 3)) {
      List<String> order = new ArrayList<>();
      for (int round = 0; round < 10; round++) {
        for (int loop = 0; loop < 4; loop++) {
          String name = "loop " + loop;
          other.loop(loop).schedule(() -> order.add(name), round, TimeUnit.NANOSECONDS);
        }
      }
      other.advance(Duration.ofNanos(10));
      return order;
    }
  }

  private void at(int loop, long nanos, String what) {
    network.loop(loop).schedule(() -> tell(what), nanos, TimeUnit.NANOSECONDS);
  }

  private void tell(String what) {
    story.add(what + " at " + network.now().toNanos());
  }

  @Sharable
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message);
    }
  }

  private final class Listening extends SimpleChannelInboundHandler<ByteBuf> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
      tell(message.toString(ISO_8859_1));
    }
  }
}
