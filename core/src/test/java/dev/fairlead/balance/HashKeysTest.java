package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HashKeysTest {
  /** The key's bytes in hexadecimal, written to a sink of ours and to another one. */
  private static @Nullable String key(HashKey key, PickContext request) {
    KeyBuffer buffer = new KeyBuffer();
    buffer.write('!');
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean there = key.write(request, buffer);
    assertThat(key.write(request, bytes::write)).isEqualTo(there);
    byte[] own = new byte[buffer.length() - 1];
    System.arraycopy(buffer.bytes(), 1, own, 0, own.length);
    assertThat(own).isEqualTo(bytes.toByteArray());
    return there ? HexFormat.of().formatHex(own) : null;
  }

  private static FakePickContext from(String address) {
    try {
      return new FakePickContext(1)
          .from(new InetSocketAddress(InetAddress.getByName(address), 0x1234));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_source_is_its_addresss_bytes_cut_to_the_prefix() {
    FakePickContext v4 = from("10.20.30.255");
    assertThat(key(HashKeys.source(), v4)).isEqualTo("0a141eff");
    assertThat(key(HashKeys.source(24, 64), v4)).isEqualTo("0a141e00");
    assertThat(key(HashKeys.source(27, 64), v4)).isEqualTo("0a141ee0");
    assertThat(key(HashKeys.source(0, 64), v4)).isEqualTo("00000000");
    assertThat(key(HashKeys.sourceAndPort(), v4)).isEqualTo("0a141eff1234");
    FakePickContext v6 = from("2001:db8:1:2:3:4:5:6");
    assertThat(key(HashKeys.source(), v6)).isEqualTo("20010db8000100020003000400050006");
    assertThat(key(HashKeys.source(24, 64), v6)).isEqualTo("20010db8000100020000000000000000");
    assertThat(key(HashKeys.source(24, 47), v6)).isEqualTo("20010db8000000000000000000000000");
  }

  @Test
  void a_source_that_is_no_internet_address_is_its_text() {
    SocketAddress local = new SocketAddress() {
      private static final long serialVersionUID = 1;

      @Override
      public String toString() {
        return "a";
      }
    };
    FakePickContext request = new FakePickContext(1).from(local);
    assertThat(key(HashKeys.source(24, 64), request)).isEqualTo("61");
    assertThat(key(HashKeys.sourceAndPort(), request)).isEqualTo("61");
  }

  @Test
  void a_destination_is_there_where_the_protocol_knows_it() {
    FakePickContext request = new FakePickContext(1);
    assertThat(key(HashKeys.destination(), request)).isNull();
    PickContext known = new HashBalancerTest.Connected(request, "10.0.0.9");
    assertThat(key(HashKeys.destination(), known)).isEqualTo("0a000009");
    assertThat(key(HashKeys.destinationAndPort(), known)).isEqualTo("0a00000901bb");
  }

  @Test
  void any_text_of_the_request_is_a_key_and_null_is_none() {
    HashKey length =
        HashKeys.request(String.class, "length", s -> s.isEmpty() ? null : "" + s.length());
    FakePickContext request = new FakePickContext(1);
    assertThat(key(length, request)).isNull();
    assertThat(key(length, request.with(""))).isNull();
    assertThat(key(length, request.with("abc"))).isEqualTo("33");
    assertThat(key(HashKeys.of("time", r -> "" + r.nanoTime()), request.at(7))).isEqualTo("37");
  }

  @Test
  void keys_name_themselves() {
    assertThat(HashKeys.source()).hasToString("source()");
    assertThat(HashKeys.source(24, 64)).hasToString("source(24, 64)");
    assertThat(HashKeys.sourceAndPort()).hasToString("sourceAndPort()");
    assertThat(HashKeys.destination()).hasToString("destination()");
    assertThat(HashKeys.of("tenant", r -> null)).hasToString("tenant");
  }

  @Test
  void bad_prefixes_are_refused() {
    assertThatThrownBy(() -> HashKeys.source(33, 64))
        .hasMessage("ipv4Prefix: 33 (expected: 0..32)");
    assertThatThrownBy(() -> HashKeys.source(24, -1))
        .hasMessage("ipv6Prefix: -1 (expected: 0..128)");
  }
}
