package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.SendProxy;
import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.spi.ProxyHeader.Ssl;
import dev.fairlead.spi.ProxyHeader.Tlv;
import dev.fairlead.spi.TlsInfo;
import dev.fairlead.testkit.TestCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a server is told of a client beside its address: ALPN, name, unique id, TLS. */
class ToldOfClientsTest {
  private static final SocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 0xC0F0);
  private static final SocketAddress OURS = new InetSocketAddress("2001:db8::1", 443);

  private final EmbeddedChannel channel = new EmbeddedChannel() {
    @Override
    protected SocketAddress remoteAddress0() {
      return CLIENT;
    }

    @Override
    protected SocketAddress localAddress0() {
      return OURS;
    }
  };
  private final ClientConnection client = new ClientConnection(channel, 0x2A);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private record Handshake(
      @Nullable String alpn, boolean resumed, List<X509Certificate> peerCertificates)
      implements TlsInfo {
    private static final X509Certificate OWN = TestCertificates.authority("any")
        .server(Algorithm.rsa2048, "shop.example")
        .certificate();

    @Override
    public X509Certificate ownCertificate() {
      return OWN;
    }

    @Override
    public String version() {
      return "TLSv1.3";
    }

    @Override
    public String cipher() {
      return "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384";
    }

    @Override
    public String serverName() {
      return "shop.example";
    }

    @Override
    public byte[] sessionId() {
      return new byte[0];
    }

    @Override
    public @Nullable String peerSubject() {
      return peerCertificates.isEmpty() ? null : "CN=device 7";
    }

    @Override
    public @Nullable String peerCommonName() {
      return peerCertificates.isEmpty() ? null : "device 7";
    }
  }

  private static X509Certificate certificate() {
    return TestCertificates.authority("any").certificate();
  }

  private static Tlv tlv(int type, String value) {
    return new Tlv(type, ByteBuffer.wrap(ProxyBytes.ascii(value)));
  }

  private void received(Tlv... tlvs) {
    client.proxied(new ProxyHeader(
        2, false, new InetSocketAddress("198.51.100.9", 1), OURS, Arrays.asList(tlvs)));
  }

  private ProxyHeader told(SendProxy how) {
    ByteBuf out = Unpooled.buffer();
    ProxyPreamble.relayed(out, how, client);
    return ((ProxyReading.Done) new ProxyHeaderReader().read(out)).header();
  }

  private String uniqueId() {
    ByteBuffer id = Objects.requireNonNull(told(SendProxy.v2().uniqueId()).uniqueId());
    return StandardCharsets.US_ASCII.decode(id).toString();
  }

  private Ssl ssl() {
    return Objects.requireNonNull(told(SendProxy.v2().ssl()).ssl());
  }

  @Test
  void of_a_plain_client_neither_alpn_nor_name_is_told() {
    assertThat(told(SendProxy.v2().alpn().authority()).tlvs()).isEmpty();
  }

  @Test
  void of_a_client_with_tls_alpn_and_sni_are_told() {
    client.secured(new Handshake("h2", false, List.of()));
    ProxyHeader told = told(SendProxy.v2().alpn().authority());
    assertThat(told.alpn()).isEqualTo("h2");
    assertThat(told.authority()).isEqualTo("shop.example");
  }

  @Test
  void what_a_header_tells_is_passed_on() {
    received(tlv(0x01, "http/1.1"), tlv(0x02, "other.example"), tlv(0x05, "id-1"));
    ProxyHeader told = told(SendProxy.v2().alpn().authority().uniqueId());
    assertThat(told.source()).isEqualTo(new InetSocketAddress("198.51.100.9", 1));
    assertThat(told.alpn()).isEqualTo("http/1.1");
    assertThat(told.authority()).isEqualTo("other.example");
    assertThat(uniqueId()).isEqualTo("id-1");
  }

  @Test
  void of_tls_our_own_is_told_and_of_names_the_one_in_the_header() {
    received(tlv(0x01, "http/1.1"), tlv(0x02, "other.example"));
    client.secured(new Handshake(null, false, List.of()));
    ProxyHeader told = told(SendProxy.v2().alpn().authority());
    assertThat(told.alpn()).isNull();
    assertThat(told.authority()).isEqualTo("other.example");
  }

  @Test
  void a_unique_id_is_made_of_addresses_ports_and_number() {
    assertThat(uniqueId()).isEqualTo("C0000201:C0F0_20010DB8000000000000000000000001:01BB_002A");
  }

  @Test
  void an_empty_unique_id_in_a_header_is_none() {
    received(tlv(0x05, ""));
    assertThat(uniqueId()).startsWith("C6336409:0001_");
  }

  @Test
  void a_unique_id_needs_no_ip() {
    client.proxied(new ProxyHeader(
        2, false, new DomainSocketAddress("/run/a"), new DomainSocketAddress(""), List.of()));
    byte[] id = SendProxy.v2().uniqueId().extras().get(0).value().of(client);
    assertThat(id).asString(StandardCharsets.US_ASCII).isEqualTo("-_-_002A");
  }

  @Test
  void a_client_with_a_certificate_is_told_as_verified() {
    client.secured(new Handshake("h2", false, List.of(certificate())));
    assertThat(ssl().client())
        .isEqualTo(Ssl.TLS | Ssl.CERTIFICATE_NOW | Ssl.CERTIFICATE_IN_SESSION);
    assertThat(ssl().verified()).isTrue();
    assertThat(ssl().version()).isEqualTo("TLSv1.3");
    assertThat(ssl().cn()).isEqualTo("device 7");
    assertThat(ssl().cipher()).isEqualTo("ECDHE-RSA-AES256-GCM-SHA384");
    assertThat(ssl().keyAlg()).isEqualTo("RSA2048");
    assertThat(ssl().sigAlg()).isEqualTo("ecdsa-with-SHA256"); // of the authority
    assertThat(ssl().tlvs()).extracting(Tlv::type).containsExactly(0x21, 0x22, 0x25, 0x24, 0x23);
  }

  @Test
  void in_a_resumed_session_the_certificate_was_shown_earlier() {
    client.secured(new Handshake("h2", true, List.of(certificate())));
    assertThat(ssl().client()).isEqualTo(Ssl.TLS | Ssl.CERTIFICATE_IN_SESSION);
    assertThat(ssl().verified()).isTrue();
  }

  @Test
  void without_a_certificate_nothing_is_verified() {
    client.secured(new Handshake(null, false, List.of()));
    assertThat(ssl().client()).isEqualTo(Ssl.TLS);
    assertThat(ssl().verify()).isNotZero();
    assertThat(ssl().cn()).isNull();
  }

  @Test
  void a_plain_client_is_told_as_one_and_tls_before_us_is_passed_on() {
    assertThat(ssl()).isEqualTo(new Ssl(0, 1, List.of()));
    Tlv theirs = new Tlv(0x20, ByteBuffer.wrap(ProxyBytes.hex("0700000000 220001 61")));
    received(theirs);
    assertThat(ssl()).isEqualTo(new Ssl(7, 0, List.of(tlv(0x22, "a"))));
  }
}
