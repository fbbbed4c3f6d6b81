package dev.fairlead.internal.edge;

import static dev.fairlead.config.ConnectionRule.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.ConnectionRule;
import dev.fairlead.edge.AcceptProxy;
import dev.fairlead.edge.Conditions;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsProvider;
import dev.fairlead.spi.Connection;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Reason;
import dev.fairlead.testkit.TestCertificate;
import dev.fairlead.testkit.TestCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.ImmediateExecutor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The way in, with a clock that the test moves. */
class EntranceTest {
  private static final TestCertificate SITE =
      TestCertificates.authority("test authority").server("site.example");
  private static final Tls TLS = Tls.of(
          TlsCertificate.of(SITE.key(), SITE.chain().toArray(X509Certificate[]::new)))
      .provider(TlsProvider.JDK)
      .handshakeTimeout(Duration.ofSeconds(10));

  private final Frontend frontend = new Frontend();
  private final EmbeddedChannel channel = new EmbeddedChannel();

  /** What a frontend hears. */
  private static final class Frontend implements Reception {
    private final List<Counter> counted = new ArrayList<>();
    private @Nullable Reason refused;
    private boolean admitted;

    @Override
    public long arrived(Channel client) {
      return 1;
    }

    @Override
    public void admit(Connection connection) {
      admitted = true;
    }

    @Override
    public @Nullable Reception handOver(Connection connection, String frontend) {
      return null;
    }

    @Override
    public void refused(Connection connection, Reason reason, String text) {
      refused = reason;
    }

    @Override
    public void failed(String role, Object component, Throwable failure) {
      throw new AssertionError(component.toString(), failure);
    }

    @Override
    public void count(Channel client, Counter counter) {
      counted.add(counter);
    }

    @Override
    public void left() {}
  }

  private void arrives(
      @Nullable AcceptProxy proxy, @Nullable Tls tls, Duration inspect, ConnectionRule... rules) {
    ServedTls served = tls == null
        ? null
        : new ServedTls(tls, List.of(), ImmediateExecutor.INSTANCE, Instant.now());
    Gate gate =
        new Gate(proxy, List.of(rules), inspect.toNanos(), Duration.ofMinutes(1).toNanos(), served);
    arrives(gate);
  }

  private void arrives(Gate gate) {
    channel.freezeTime();
    Entrance entrance = new Entrance(frontend, gate);
    channel.pipeline().addLast(entrance);
    channel.pipeline().fireChannelActive();
  }

  private void later(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runPendingTasks();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void reading_goes_on_behind_a_header_that_was_as_long_as_what_is_held() {
    byte[] tlv = ProxyBytes.tlv(0xe0, new byte[FirstBytes.MAX - 16 - 12 - 3]);
    byte[] header = ProxyBytes.v2(0x21, 0x11, ProxyBytes.INET, tlv);
    assertThat(header).hasSize(FirstBytes.MAX);
    arrives(
        AcceptProxy.required(),
        null,
        Duration.ofSeconds(5),
        when(Conditions.plainHttp()).reject());

    channel.writeInbound(ProxyBytes.buffer(header));
    assertThat(channel.config().isAutoRead()).isTrue();

    channel.writeInbound(ProxyBytes.buffer(ProxyBytes.REQUEST));
    assertThat(frontend.refused).isEqualTo(Reason.RULE_REJECTED);
  }

  @Test
  void the_time_of_a_handshake_runs_from_the_first_byte_expected() throws SSLException {
    arrives(null, TLS, Duration.ofSeconds(5));
    ByteBuf hello = RealHellosTest.hello(SslProvider.JDK, "TLSv1.3", "site.example", List.of());
    channel.writeInbound(hello.readRetainedSlice(20));
    later(9);
    channel.writeInbound(hello);
    assertThat(frontend.refused).isNull();

    later(1);
    assertThat(frontend.refused).isEqualTo(Reason.TLS_TIMEOUT);
  }

  @Test
  void rules_take_no_longer_than_a_handshake_may_where_tls_is_terminated() {
    arrives(null, TLS, Duration.ofMinutes(1), when(Conditions.plainHttp()).reject());
    later(10);
    assertThat(frontend.refused).isEqualTo(Reason.TLS_TIMEOUT);
  }

  @Test
  void half_a_hello_is_no_hello_in_time_and_not_a_protocol_other_than_tls() {
    arrives(null, TLS, Duration.ofSeconds(5));
    channel.writeInbound(new HelloBytes().buffer().readSlice(20));
    later(10);
    assertThat(frontend.refused).isEqualTo(Reason.TLS_TIMEOUT);
  }

  @Test
  void a_client_that_leaves_amid_its_hello_has_closed_during_the_handshake() {
    arrives(null, TLS, Duration.ofSeconds(5));
    channel.writeInbound(new HelloBytes().buffer().readSlice(20));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(frontend.refused).isEqualTo(Reason.TLS_CLOSED);
    assertThat(frontend.counted).containsExactly(Counter.TLS_ERRORS);
  }

  /** As the checks of a balancer in front of us do. */
  @Test
  void a_client_that_leaves_without_a_word_is_no_error_of_tls() {
    arrives(null, TLS, Duration.ofSeconds(5));
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(frontend.refused).isEqualTo(Reason.LEFT);
    assertThat(frontend.counted).isEmpty();
  }

  @Test
  void something_else_than_tls_is_told_as_such_at_once() {
    arrives(null, TLS, Duration.ofSeconds(5));
    channel.writeInbound(ProxyBytes.buffer(ProxyBytes.REQUEST));
    assertThat(frontend.refused).isEqualTo(Reason.TLS_NOT_SPOKEN);
    assertThat(frontend.admitted).isFalse();
  }

  @Test
  void a_client_waits_for_its_turn_no_longer_than_its_handshake_may_take() {
    ServedTls served =
        new ServedTls(TLS.maxHandshakes(1), List.of(), ImmediateExecutor.INSTANCE, Instant.now());
    Gate gate = new Gate(null, List.of(), 1, 1, served);
    Handshakes.Place other = gate.handshakes().enter(channel.eventLoop(), () -> {});
    arrives(gate);
    later(4);
    channel.writeInbound(new HelloBytes().sni("site.example").versions(0x0304).buffer());
    later(5);
    assertThat(frontend.refused).isNull();

    later(1);
    assertThat(frontend.refused).isEqualTo(Reason.TLS_TIMEOUT);
    assertThat(channel.<ByteBuf>readOutbound()).isNull();
    other.close();
    assertThat(gate.handshakes().active()).isZero();
  }

  @Test
  void of_a_client_that_says_more_than_rules_need_16_kib_are_held_and_decided_on() {
    arrives(null, null, Duration.ofMinutes(1), when(Conditions.plainHttp()).reject());
    channel.writeInbound(ProxyBytes.buffer(ProxyBytes.ascii("GET /" + "a".repeat(12_000))));
    assertThat(frontend.admitted).isFalse();
    assertThat(channel.config().isAutoRead()).isTrue();

    channel.writeInbound(ProxyBytes.buffer(ProxyBytes.ascii("a".repeat(8_000))));
    assertThat(frontend.admitted).isTrue();
    assertThat(channel.config().isAutoRead()).isFalse();
    ByteBuf all = channel.readInbound();
    assertThat(all.readableBytes()).isEqualTo(20_005);
    all.release();
  }
}
