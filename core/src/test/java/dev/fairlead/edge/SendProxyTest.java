package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.edge.SendProxy.Extra;
import dev.fairlead.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which PROXY header is sent. */
class SendProxyTest {
  private static byte @Nullable [] nothing(Connection client) {
    return null;
  }

  @Test
  void a_setting_is_changed_by_copies() {
    SendProxy plain = SendProxy.v2();
    SendProxy more = plain.crc32c().tlv(0xE0, new byte[] {1}).tlv(0xE1, SendProxyTest::nothing);
    assertThat(plain.version()).isEqualTo(2);
    assertThat(plain.checksum()).isFalse();
    assertThat(plain.extras()).isEmpty();
    assertThat(more.version()).isEqualTo(2);
    assertThat(more.checksum()).isTrue();
    assertThat(more.extras()).extracting(Extra::type).containsExactly(0xE0, 0xE1);
    assertThat(SendProxy.v1().version()).isEqualTo(1);
  }

  @Test
  void of_two_values_of_a_type_the_later_one_is_sent() {
    SendProxy twice = SendProxy.v2().tlv(0xE0, new byte[] {1}).tlv(0xE0, new byte[] {2});
    assertThat(twice).isEqualTo(SendProxy.v2().tlv(0xE0, new byte[] {2}));
  }

  @Test
  void equal_settings_are_equal() {
    SendProxy one = SendProxy.v2().crc32c().tlv(0xE0, new byte[] {1});
    assertThat(one)
        .isEqualTo(SendProxy.v2().tlv(0xE0, new byte[] {1}).crc32c())
        .hasSameHashCodeAs(SendProxy.v2().tlv(0xE0, new byte[] {1}).crc32c())
        .isNotEqualTo(SendProxy.v2().crc32c().tlv(0xE0, new byte[] {2}))
        .isNotEqualTo(SendProxy.v2().tlv(0xE0, new byte[] {1}))
        .hasToString("v2 0xe0 crc32c");
    assertThat(SendProxy.v1()).isEqualTo(SendProxy.v1()).isNotEqualTo(SendProxy.v2());
    assertThat(SendProxy.v1()).hasToString("v1");
  }

  @Test
  void what_has_a_name_is_told_by_its_name() {
    SendProxy all = SendProxy.v2().ssl().uniqueId().authority().alpn();
    assertThat(all)
        .isEqualTo(SendProxy.v2().ssl().uniqueId().authority().alpn())
        .hasToString("v2 ssl unique_id authority alpn");
    assertThat(all.extras()).extracting(Extra::type).containsExactly(0x20, 0x05, 0x02, 0x01);
  }

  @Test
  void bytes_given_are_copied() {
    byte[] bytes = {1};
    SendProxy send = SendProxy.v2().tlv(0xE0, bytes);
    bytes[0] = 2;
    assertThat(send).isEqualTo(SendProxy.v2().tlv(0xE0, new byte[] {1}));
  }

  @Test
  void version_1_carries_addresses_only() {
    assertThatThrownBy(() -> SendProxy.v1().crc32c())
        .hasMessage("crc32c: in version 1 (expected: version 2)");
    assertThatThrownBy(() -> SendProxy.v1().ssl())
        .hasMessage("ssl: in version 1 (expected: version 2)");
    assertThatThrownBy(() -> SendProxy.v1().tlv(0xE0, SendProxyTest::nothing))
        .hasMessage("tlv: in version 1 (expected: version 2)");
  }

  @Test
  void what_no_header_can_carry_is_refused() {
    assertThatThrownBy(() -> SendProxy.v2().tlv(256, SendProxyTest::nothing))
        .hasMessage("type: 256 (expected: 0..255)");
    assertThatThrownBy(() -> SendProxy.v2().tlv(3, SendProxyTest::nothing))
        .hasMessage("type: 3 (expected: another than the checksum's)");
    assertThatThrownBy(() -> SendProxy.v2().tlv(0xE0, new byte[16_001]))
        .hasMessage("length of TLV 224: 16001 (expected: 0..16000)");
    assertThatThrownBy(() -> SendProxy.v2().tlv(5, new byte[129]))
        .hasMessage("length of TLV 5: 129 (expected: 0..128)");
  }
}
