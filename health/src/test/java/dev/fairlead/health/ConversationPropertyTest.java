package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever a server says, in whatever pieces, the conversation ends with one verdict about one line. */
class ConversationPropertyTest {
  private static final List<Probe> PROBES = List.of(
      Probes.postgres("check"),
      Probes.postgres("check").password("secret").query("select 1", "1"),
      Probes.mysql(),
      Probes.mysql("check"),
      Probes.ldap());

  @Property
  void any_bytes_lead_to_a_verdict(
      @ForAll("probes") Probe probe, @ForAll("words") List<String> words) {
    OnEmbedded target = new OnEmbedded();
    var verdict = probe.check(target).toCompletableFuture();
    EmbeddedChannel channel = Objects.requireNonNull(target.channel);
    try {
      for (String word : words) {
        if (channel.isOpen()) {
          channel.writeInbound(Unpooled.copiedBuffer(word, StandardCharsets.ISO_8859_1));
        }
      }
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      channel.checkException();
    } finally {
      channel.finishAndReleaseAll();
    }

    assertThat(verdict).isCompleted();
    assertThat(verdict.join().words()).hasSizeBetween(1, 300).doesNotContain("\n");
  }

  @Provide
  Arbitrary<Probe> probes() {
    return Arbitraries.of(PROBES);
  }

  /** Bytes that might mean something to one of the protocols, and some that mean nothing. */
  @Provide
  Arbitrary<List<String>> words() {
    Function<String, String> hex = Bytes::hex;
    Arbitrary<String> known = Arbitraries.of(
            "52",
            "52 00000008 00000000",
            "45 0000000e 53 46 00 4d 6e 6f 00 00",
            "5a 00000005 49",
            "53 00000010",
            "00000000",
            "0a 38 00",
            "4a0000 00 0a 38 00",
            "0000000000000000 00",
            "fff7 08 0200 ff81 15 00000000000000000000",
            "070000 02 00 00 00 0200 0000",
            "fe",
            "ff 1004",
            "7fffffff",
            "30",
            "30 0c 020101 61 07 0a0100 0400 0400",
            "30 84",
            "020101",
            "61 07",
            "0a0131",
            "0400",
            "52 00000017 0000000a 534352414d2d5348412d323536 0000",
            "52 0000000c 0000000b 723d613d",
            "52 0000000c 00000005 01020304",
            "44 0000000a 0001 ffffffff",
            "43 00000005 00",
            "ffffffff")
        .map(hex);
    Arbitrary<String> any = Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(40);
    return Arbitraries.oneOf(known, known, any).list().ofMaxSize(12);
  }

  private static final class OnEmbedded implements Target {
    private @Nullable EmbeddedChannel channel;

    @Override
    public String name() {
      return "s1";
    }

    @Override
    public String backend() {
      return "app";
    }

    @Override
    public SocketAddress address() {
      return new InetSocketAddress(1);
    }

    @Override
    public Map<String, String> tags() {
      return Map.of();
    }

    @Override
    public EventLoop loop() {
      return Objects.requireNonNull(channel).eventLoop();
    }

    @Override
    public Duration timeout() {
      return Duration.ofSeconds(1);
    }

    @Override
    public Future<Channel> connect(ChannelHandler handler) {
      EmbeddedChannel connected = new EmbeddedChannel(handler);
      channel = connected;
      return connected.eventLoop().newSucceededFuture(connected);
    }

    @Override
    public Future<Channel> connectDatagram(ChannelHandler handler) {
      return connect(handler);
    }
  }
}
