package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.internal.edge.ClientHello.Hello;
import dev.fairlead.internal.edge.ClientHello.NeedMore;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The hellos of real TLS clients, of the JDK and of BoringSSL, in one piece and in every two. */
class RealHellosTest {
  static Stream<Arguments> hellos() {
    return Stream.of(SslProvider.JDK, SslProvider.OPENSSL)
        .flatMap(provider -> Stream.of(
            Arguments.of(provider, "TLSv1.3", "www.example.org", List.of("h2", "http/1.1")),
            Arguments.of(provider, "TLSv1.2", "www.example.org", List.of("http/1.1")),
            Arguments.of(provider, "TLSv1.3", "www.example.org", List.of()),
            Arguments.of(provider, "TLSv1.2", null, List.of("h2"))));
  }

  @ParameterizedTest
  @MethodSource("hellos")
  void a_clients_hello_is_read(
      SslProvider provider, String version, @Nullable String name, List<String> alpn)
      throws SSLException {
    assumeTrue(SslProvider.isTlsv13Supported(provider), provider + " is not there");
    ByteBuf in = hello(provider, version, name, alpn);
    Hello expected = new Hello(name, alpn, version.equals("TLSv1.3") ? 0x0304 : 0x0303, true);
    assertThat(ClientHello.read(in)).isEqualTo(expected);
    assertThat(NettyHello.read(in).sni()).isEqualTo(name);
    assertThat(JdkHello.read(in)).isEqualTo(new JdkHello(name, alpn));
    for (int cut = 0; cut < in.readableBytes(); cut++) {
      assertThat(ClientHello.read(in.slice(0, cut))).isEqualTo(new NeedMore());
    }
    byte[] message = new byte[in.readableBytes() - 5];
    in.getBytes(5, message);
    for (int size : new int[] {1, 3, 64, 1000}) {
      assertThat(ClientHello.read(HelloBytes.records(message, size))).isEqualTo(expected);
    }
  }

  /** What a client says first. */
  static ByteBuf hello(
      SslProvider provider, String version, @Nullable String name, List<String> alpn)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().sslProvider(provider).protocols(version);
    if (!alpn.isEmpty()) {
      builder.applicationProtocolConfig(new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          alpn));
    }
    SslContext context = builder.build();
    SSLEngine engine = name == null
        ? context.newEngine(UnpooledByteBufAllocator.DEFAULT)
        : context.newEngine(UnpooledByteBufAllocator.DEFAULT, name, 443);
    try {
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), out);
      return Unpooled.wrappedBuffer(out.flip());
    } finally {
      engine.closeOutbound();
      ReferenceCountUtil.release(engine);
      ReferenceCountUtil.release(context);
    }
  }
}
