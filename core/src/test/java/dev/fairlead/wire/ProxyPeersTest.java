package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.internal.edge.ProxyHeaderReader;
import dev.fairlead.internal.edge.ProxyHeaderWriter;
import dev.fairlead.internal.edge.ProxyReading;
import dev.fairlead.spi.ProxyHeader;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** PROXY headers between us and real servers, byte for byte. */
class ProxyPeersTest {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.7", 56324);
  private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.8", 443);
  private static final InetSocketAddress CLIENT6 = new InetSocketAddress("2001:db8::7", 56324);

  private static void v1(ByteBuf out) {
    ProxyHeaderWriter.line(out, CLIENT, SERVER);
  }

  private static void v1Mixed(ByteBuf out) {
    ProxyHeaderWriter.line(out, CLIENT6, SERVER);
  }

  private static void v1Unknown(ByteBuf out) {
    ProxyHeaderWriter.line(out, null, null);
  }

  private static void v2(ByteBuf out) {
    int start = ProxyHeaderWriter.stream(out, CLIENT, SERVER);
    ProxyHeaderWriter.tlv(out, ProxyHeader.AUTHORITY, "shop.example", StandardCharsets.UTF_8);
    ProxyHeaderWriter.tlv(out, ProxyHeader.UNIQUE_ID, "id-1", StandardCharsets.UTF_8);
    ProxyHeaderWriter.tlv(out, 0xE0, new byte[300]);
    ProxyHeaderWriter.end(out, start, true);
  }

  private static void v2Mixed(ByteBuf out) {
    ProxyHeaderWriter.end(out, ProxyHeaderWriter.stream(out, CLIENT6, SERVER), true);
  }

  private static void v2Local(ByteBuf out) {
    ProxyHeaderWriter.end(out, ProxyHeaderWriter.local(out), true);
  }

  /** Sends a header and a request, and answers the body of the response. */
  private static String ask(RealServer server, Consumer<ByteBuf> header) throws IOException {
    ByteBuf out = Unpooled.buffer();
    header.accept(out);
    out.writeCharSequence("GET / HTTP/1.0\r\n\r\n", StandardCharsets.US_ASCII);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(out.array(), 0, out.readableBytes());
      String response =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return response.substring(response.indexOf("\r\n\r\n") + 4);
    }
  }

  @Test
  void haproxy_reads_what_we_write() throws IOException {
    int port = Ports.free();
    String config = """
        defaults
          mode http
          timeout client 10s
          timeout server 10s
          timeout connect 10s
        frontend in
          bind 127.0.0.1:%d accept-proxy
          http-request return status 200 content-type text/plain lf-string \
        "%%[src] %%[src_port] %%[dst] %%[dst_port] %%[fc_pp_authority] %%[fc_pp_unique_id]"
        """.formatted(port);
    try (RealServer haproxy = RealServer.haproxy(port, config)) {
      assertThat(ask(haproxy, ProxyPeersTest::v1)).isEqualTo("192.0.2.7 56324 192.0.2.8 443  ");
      assertThat(ask(haproxy, ProxyPeersTest::v1Mixed))
          .isEqualTo("2001:db8::7 56324 ::ffff:192.0.2.8 443  ");
      assertThat(ask(haproxy, ProxyPeersTest::v1Unknown)).startsWith("127.0.0.1 ");
      assertThat(ask(haproxy, ProxyPeersTest::v2))
          .isEqualTo("192.0.2.7 56324 192.0.2.8 443 shop.example id-1");
      assertThat(ask(haproxy, ProxyPeersTest::v2Mixed))
          .isEqualTo("2001:db8::7 56324 ::ffff:192.0.2.8 443  ");
      assertThat(ask(haproxy, ProxyPeersTest::v2Local)).startsWith("127.0.0.1 ");
    }
  }

  @Test
  void nginx_reads_what_we_write() throws IOException {
    int port = Ports.free();
    String http = """
        server {
          listen 127.0.0.1:%d proxy_protocol;
          location / {
            return 200 "$proxy_protocol_addr $proxy_protocol_port \
        $proxy_protocol_server_addr $proxy_protocol_server_port";
          }
        }
        """.formatted(port);
    try (RealServer nginx = RealServer.nginx(port, http)) {
      assertThat(ask(nginx, ProxyPeersTest::v1)).isEqualTo("192.0.2.7 56324 192.0.2.8 443");
      assertThat(ask(nginx, ProxyPeersTest::v1Mixed))
          .isEqualTo("2001:db8::7 56324 ::ffff:192.0.2.8 443");
      assertThat(ask(nginx, ProxyPeersTest::v1Unknown)).isBlank();
      assertThat(ask(nginx, ProxyPeersTest::v2)).isEqualTo("192.0.2.7 56324 192.0.2.8 443");
      assertThat(ask(nginx, ProxyPeersTest::v2Mixed))
          .isEqualTo("2001:db8::7 56324 ::ffff:192.0.2.8 443");
      assertThat(ask(nginx, ProxyPeersTest::v2Local)).isBlank();
    }
  }

  /** What HAProxy says of a client. */
  private record Told(ProxyHeader header, InetSocketAddress client, InetSocketAddress frontend) {}

  private static Told told(String options) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port = Ports.free();
    try (ServerSocket server = new ServerSocket(0, 50, loopback)) {
      server.setSoTimeout(PATIENCE_MILLIS);
      String config = """
          defaults
            mode tcp
            timeout client 10s
            timeout server 10s
            timeout connect 10s
          frontend in
            bind 127.0.0.1:%d
            unique-id-format id-%%cp
            default_backend out
          backend out
            server s1 127.0.0.1:%d %s
          """.formatted(port, server.getLocalPort(), options);
      try (RealServer haproxy = RealServer.haproxy(port, config);
          Socket client = new Socket(loopback, haproxy.port())) {
        client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        return new Told(
            header(server),
            new InetSocketAddress(loopback, client.getLocalPort()),
            new InetSocketAddress(loopback, port));
      }
    }
  }

  /** Of the connection that says hello; another one comes of looking whether HAProxy is ready. */
  private static ProxyHeader header(ServerSocket server) throws IOException {
    while (true) {
      try (Socket upstream = server.accept()) {
        upstream.setSoTimeout(PATIENCE_MILLIS);
        ByteBuf in = Unpooled.wrappedBuffer(all(upstream));
        if (in.toString(StandardCharsets.ISO_8859_1).endsWith("hello")) {
          ProxyReading.Done done = (ProxyReading.Done) new ProxyHeaderReader().read(in);
          assertThat(in.readableBytes() - done.length()).isEqualTo("hello".length());
          return done.header();
        }
      }
    }
  }

  private static byte[] all(Socket upstream) {
    try {
      return upstream.getInputStream().readAllBytes();
    } catch (IOException e) {
      return new byte[0]; // who only looks is gone at once, and HAProxy may reset then
    }
  }

  @Test
  void we_read_what_haproxy_writes_in_version_1() throws IOException {
    Told told = told("send-proxy");
    assertThat(told.header())
        .isEqualTo(new ProxyHeader(1, false, told.client(), told.frontend(), List.of()));
  }

  @Test
  void we_read_what_haproxy_writes_in_version_2() throws IOException {
    Told told = told("send-proxy-v2 proxy-v2-options crc32c,unique-id,ssl,cert-cn,authority");
    ProxyHeader header = told.header();
    assertThat(header.version()).isEqualTo(2);
    assertThat(header.source()).isEqualTo(told.client());
    assertThat(header.destination()).isEqualTo(told.frontend());
    assertThat(header.uniqueId())
        .isEqualTo(StandardCharsets.US_ASCII.encode("id-" + told.client().getPort()));
    assertThat(header.ssl()).isEqualTo(new ProxyHeader.Ssl(0, 0, List.of()));
    assertThat(header.tlv(ProxyHeader.CRC32C)).isNotNull();
    assertThat(header.authority()).isNull();
  }
}
