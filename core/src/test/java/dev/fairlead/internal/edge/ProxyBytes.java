package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.spi.ProxyHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** PROXY headers byte by byte, right and wrong ones, and what became of them. */
final class ProxyBytes {
  static final byte[] SIGNATURE = hex("0d0a0d0a000d0a515549540a");
  static final byte[] INET = hex("c0a80001 c0a8000b dc04 01bb");
  static final byte[] INET6 =
      hex("20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 01bb");
  static final byte[] REQUEST = ascii("GET / HTTP/1.1\r\n\r\n");

  /** HAProxy 2.6: TLS 1.3 with a client certificate, proxy-v2-options all set. */
  static final byte[] HAPROXY_TLS13 = hex("0d0a0d0a000d0a515549540a211100a07f0000017f000001c0f047d9"
      + "030004c2855fb0010002683202000c73686f702e6578616d706c65"
      + "05002537463030303030313a433046305f37463030303030313a343744395f303030303a30383144"
      + "20004e0700000000210007544c5376312e3322000c4ac3b6726720636c69656e74250007525341323034"
      + "3824000a5253412d534841323536230016544c535f4145535f3235365f47434d5f534841333834");

  /** HAProxy 2.6: TLS 1.2 without SNI, ALPN and client certificate, proxy-v2-options all set. */
  static final byte[] HAPROXY_TLS12 = hex("0d0a0d0a000d0a515549540a211100827f0000017f000001c0fe47d9"
      + "03000431de239c05002537463030303030313a433046455f37463030303030313a343744395f303030313a"
      + "3038314420004401000000"
      + "00210007544c5376312e322500075253413230343824000a5253412d53484132353623001b"
      + "45434448452d5253412d4145533235362d47434d2d534841333834");

  /** HAProxy 2.6: a client at a Unix socket, of whom it says nothing but LOCAL. */
  static final byte[] HAPROXY_UNIX =
      hex("0d0a0d0a000d0a515549540a2000001203000495 5e6a0005000020000500000000 00");

  private ProxyBytes() {}

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] v2(int versionAndCommand, int familyAndProtocol, byte[]... parts) {
    byte[] body = concat(parts);
    byte[] head = {
      (byte) versionAndCommand,
      (byte) familyAndProtocol,
      (byte) (body.length >> 8),
      (byte) body.length
    };
    return concat(SIGNATURE, head, body);
  }

  static byte[] tlv(int type, byte[]... parts) {
    byte[] value = concat(parts);
    byte[] head = {(byte) type, (byte) (value.length >> 8), (byte) value.length};
    return concat(head, value);
  }

  static byte[] tlv(int type, String value) {
    return tlv(type, ascii(value));
  }

  static ByteBuf buffer(byte[]... parts) {
    return Unpooled.wrappedBuffer(concat(parts));
  }

  static ProxyReading read(byte[]... parts) {
    return new ProxyHeaderReader().read(buffer(parts));
  }

  /** The header that some bytes are, all of them and none of a request that follows. */
  static ProxyHeader header(byte[] bytes) {
    ByteBuf in = buffer(bytes, REQUEST);
    ProxyReading reading = new ProxyHeaderReader().read(in);
    assertThat(reading).isInstanceOf(ProxyReading.Done.class);
    ProxyReading.Done done = (ProxyReading.Done) reading;
    assertThat(done.length()).isEqualTo(bytes.length);
    assertThat(in.readerIndex()).isZero();
    return done.header();
  }

  static void assertBad(ProxyReading reading, ProxyProblem problem) {
    assertThat(reading).isEqualTo(new ProxyReading.Bad(problem));
  }
}
