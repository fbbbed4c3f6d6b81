package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.spi.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection to a server begins with. */
class ProxyPreambleTest {
  private static final SocketAddress CLIENT = new InetSocketAddress("192.168.0.1", 56324);
  private static final SocketAddress OURS = new InetSocketAddress("192.168.0.11", 443);
  private static final SocketAddress UNIX = new DomainSocketAddress("/run/a");

  private SocketAddress peer = CLIENT;
  private SocketAddress destination = OURS;

  private final EmbeddedChannel channel = new EmbeddedChannel() {
    @Override
    protected SocketAddress remoteAddress0() {
      return peer;
    }

    @Override
    protected SocketAddress localAddress0() {
      return destination;
    }
  };

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static byte[] written(Consumer<ByteBuf> writing) {
    ByteBuf out = Unpooled.buffer();
    writing.accept(out);
    return ByteBufUtil.getBytes(out);
  }

  private byte[] relayed(SendProxy how) {
    return relayed(how, client());
  }

  private static byte[] relayed(SendProxy how, Connection client) {
    return written(out -> ProxyPreamble.relayed(out, how, client));
  }

  private ClientConnection client() {
    return new ClientConnection(channel, 7);
  }

  private static byte[] own(SendProxy how) {
    return written(out -> ProxyPreamble.own(out, how, OURS, CLIENT));
  }

  @Test
  void version_1_names_the_client_and_what_it_connected_to() {
    assertThat(new String(relayed(SendProxy.v1()), StandardCharsets.US_ASCII))
        .isEqualTo("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n");
  }

  @Test
  void version_2_names_them_too() {
    assertThat(relayed(SendProxy.v2())).isEqualTo(ProxyBytes.v2(0x21, 0x11, ProxyBytes.INET));
  }

  @Test
  void a_client_without_ip_is_unknown_or_local_as_with_haproxy() {
    peer = UNIX;
    destination = UNIX;
    assertThat(new String(relayed(SendProxy.v1()), StandardCharsets.US_ASCII))
        .isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(relayed(SendProxy.v2())).isEqualTo(ProxyBytes.v2(0x20, 0x00));
  }

  @Test
  void a_connection_of_our_own_has_its_own_addresses_in_version_1_and_is_local_in_version_2() {
    assertThat(new String(own(SendProxy.v1()), StandardCharsets.US_ASCII))
        .isEqualTo("PROXY TCP4 192.168.0.11 192.168.0.1 443 56324\r\n");
    assertThat(own(SendProxy.v2().tlv(0xE0, client -> new byte[9])))
        .isEqualTo(ProxyBytes.v2(0x20, 0x00));
    assertThat(own(SendProxy.v2().crc32c()))
        .isEqualTo(ProxyBytes.v2(0x20, 0x00, ProxyBytes.tlv(3, ProxyBytes.hex("a9b87e8f"))));
  }

  @Test
  void values_are_sent_in_the_order_of_the_setting_but_those_that_are_null() {
    SendProxy how = SendProxy.v2()
        .tlv(0xE1, client -> Long.toString(client.number()).getBytes(StandardCharsets.US_ASCII))
        .tlv(0xE2, client -> null)
        .tlv(0xE0, ProxyBytes.ascii("fixed"));
    assertThat(relayed(how))
        .isEqualTo(ProxyBytes.v2(
            0x21, 0x11, ProxyBytes.INET, ProxyBytes.tlv(0xE1, "7"), ProxyBytes.tlv(0xE0, "fixed")));
  }

  @Test
  void a_checksum_is_sent_last() {
    assertThat(relayed(SendProxy.v2().crc32c()))
        .isEqualTo(ProxyBytes.v2(
            0x21, 0x11, ProxyBytes.INET, ProxyBytes.tlv(3, ProxyBytes.hex("1c1ae9c6"))));
  }

  @Test
  void a_value_that_cannot_be_sent_fails() {
    assertThatThrownBy(() -> relayed(SendProxy.v2().tlv(0xE0, client -> {
          throw new UnsupportedOperationException("users'");
        })))
        .hasMessage("users'");
    assertThatThrownBy(() -> relayed(SendProxy.v2().tlv(5, client -> new byte[129])))
        .hasMessage("unique id: 129 bytes (expected: at most 128)");
    assertThatThrownBy(() -> relayed(SendProxy.v2().tlv(0xE0, client -> new byte[16_384])))
        .hasMessage("PROXY header: 16415 bytes (expected: at most 16384)");
  }
}
