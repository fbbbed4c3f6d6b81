package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Ssl;
import dev.fairlead.spi.ProxyHeader.Tlv;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a PROXY header tells. */
class ProxyHeaderTest {
  private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 1);
  private static final SocketAddress SERVER = new InetSocketAddress("192.0.2.2", 2);

  private static ProxyHeader of(Tlv... tlvs) {
    return new ProxyHeader(2, false, CLIENT, SERVER, List.of(tlvs));
  }

  private static Tlv tlv(int type, String value) {
    return new Tlv(type, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
  }

  private static Tlv hex(int type, String digits) {
    return new Tlv(type, ByteBuffer.wrap(HexFormat.of().parseHex(digits.replace(" ", ""))));
  }

  private static Ssl ssl(String digits) {
    return Objects.requireNonNull(of(hex(0x20, digits)).ssl());
  }

  @Test
  void what_is_known_by_a_name_is_found_by_its_name() {
    ProxyHeader header = of(
        hex(0x01, "6832"),
        tlv(0x02, "grüße.example"),
        hex(0x05, "00ff"),
        tlv(0x30, "blue"),
        tlv(0xE5, "own"));
    assertThat(header.alpn()).isEqualTo("h2");
    assertThat(header.authority()).isEqualTo("grüße.example");
    assertThat(header.uniqueId()).isEqualTo(ByteBuffer.wrap(new byte[] {0, -1}));
    assertThat(header.netns()).isEqualTo("blue");
    assertThat(header.tlv(0xE5)).isEqualTo(tlv(0xE5, "own").value());
  }

  @Test
  void what_is_not_told_is_null() {
    ProxyHeader header = of();
    assertThat(header.alpn()).isNull();
    assertThat(header.authority()).isNull();
    assertThat(header.uniqueId()).isNull();
    assertThat(header.netns()).isNull();
    assertThat(header.ssl()).isNull();
    assertThat(header.tlv(0xE5)).isNull();
  }

  @Test
  void of_several_values_of_a_type_the_first_counts() {
    assertThat(of(tlv(0x02, "a"), tlv(0x02, "b")).authority()).isEqualTo("a");
  }

  @Test
  void tls_is_told_with_all_its_parts() {
    Ssl ssl = ssl("07 00000000"
        + "210007 544c5376312e33 22000c 4ac3b6726720636c69656e74"
        + "230003 416263 240003 446566 250003 476869 260003 4a6b6c 270003 4d6e6f"
        + "280002 3082");
    assertThat(ssl.tls()).isTrue();
    assertThat(ssl.verified()).isTrue();
    assertThat(ssl.version()).isEqualTo("TLSv1.3");
    assertThat(ssl.cn()).isEqualTo("Jörg client");
    assertThat(ssl.cipher()).isEqualTo("Abc");
    assertThat(ssl.sigAlg()).isEqualTo("Def");
    assertThat(ssl.keyAlg()).isEqualTo("Ghi");
    assertThat(ssl.group()).isEqualTo("Jkl");
    assertThat(ssl.sigScheme()).isEqualTo("Mno");
    assertThat(ssl.clientCert()).isEqualTo(ByteBuffer.wrap(new byte[] {0x30, (byte) 0x82}));
  }

  @Test
  void a_client_is_verified_when_it_showed_a_certificate_and_that_was_good() {
    assertThat(new Ssl(Ssl.TLS | Ssl.CERTIFICATE_NOW, 0, List.of()).verified()).isTrue();
    assertThat(new Ssl(Ssl.TLS | Ssl.CERTIFICATE_IN_SESSION, 0, List.of()).verified())
        .isTrue();
    assertThat(new Ssl(Ssl.TLS | Ssl.CERTIFICATE_NOW, 18, List.of()).verified()).isFalse();
    assertThat(new Ssl(Ssl.TLS, 0, List.of()).verified()).isFalse();
  }

  @Test
  void a_plain_client_of_a_sender_that_tells_of_tls_spoke_none() {
    Ssl ssl = ssl("00 ffffffff");
    assertThat(ssl).isEqualTo(new Ssl(0, 0xFFFF_FFFFL, List.of()));
    assertThat(ssl.tls()).isFalse();
    assertThat(ssl.version()).isNull();
    assertThat(ssl.cn()).isNull();
    assertThat(ssl.clientCert()).isNull();
  }

  @Test
  void the_bytes_of_a_value_cannot_be_changed() {
    byte[] bytes = {1, 2, 3};
    ByteBuffer given = ByteBuffer.wrap(bytes);
    Tlv tlv = new Tlv(0xE0, given);
    bytes[0] = 9;
    tlv.value().get();
    assertThat(given.remaining()).isEqualTo(3);
    assertThat(tlv.value()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThatThrownBy(() -> tlv.value().put(0, (byte) 9))
        .isInstanceOf(ReadOnlyBufferException.class);
    assertThat(tlv).isEqualTo(new Tlv(0xE0, tlv.value())).hasToString("0xe0=010203");
  }

  @Test
  void the_list_of_values_is_a_copy() {
    List<Tlv> tlvs = new ArrayList<>(List.of(tlv(0x02, "a")));
    ProxyHeader header = new ProxyHeader(2, false, CLIENT, SERVER, tlvs);
    tlvs.clear();
    assertThat(header.tlvs()).hasSize(1);
  }

  @Test
  void parts_that_do_not_go_together_are_refused() {
    assertThatThrownBy(() -> new ProxyHeader(3, false, null, null, List.of()))
        .hasMessage("version: 3 (expected: 1..2)");
    assertThatThrownBy(() -> new ProxyHeader(2, false, CLIENT, null, List.of()))
        .hasMessageContaining("destination: null (expected: both or none)");
    assertThatThrownBy(() -> new ProxyHeader(2, true, CLIENT, SERVER, List.of()))
        .hasMessageContaining("expected: none in a header of a local connection");
    assertThatThrownBy(() -> new ProxyHeader(1, false, null, null, List.of(tlv(2, "a"))))
        .hasMessageContaining("expected: none in version 1");
    assertThatThrownBy(() -> new Tlv(256, ByteBuffer.allocate(0)))
        .hasMessage("type: 256 (expected: 0..255)");
    assertThatThrownBy(() -> new Tlv(1, ByteBuffer.allocate(65_536)))
        .hasMessage("length: 65536 (expected: 0..65535)");
    assertThatThrownBy(() -> new Ssl(0, -1, List.of()))
        .hasMessage("verify: -1 (expected: 0..4294967295)");
  }
}
