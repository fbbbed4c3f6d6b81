package dev.fairlead.internal.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.internal.edge.ClientHello.Bad;
import dev.fairlead.internal.edge.ClientHello.Hello;
import dev.fairlead.internal.edge.ClientHello.NeedMore;
import dev.fairlead.internal.edge.ClientHello.NotTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Any hello, cut anyhow, and any bytes at all; Netty's own reader is the reference for the name. */
class ClientHelloPropertyTest {
  /** A hello's bytes in one record, and what is in it. */
  record Sample(HelloBytes bytes, Hello expected) {
    @Override
    public String toString() {
      return expected.toString();
    }
  }

  @Provide
  Arbitrary<Sample> hellos() {
    Arbitrary<String> labels =
        Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(9);
    Arbitrary<String> names = labels.list().ofMinSize(1).ofMaxSize(4).map(l -> String.join(".", l));
    Arbitrary<List<String>> protocols =
        Arbitraries.of("h2", "http/1.1", "imap", "x-\u00e4").list().ofMaxSize(4).uniqueElements();
    Arbitrary<Integer> versions = Arbitraries.of(0x0301, 0x0302, 0x0303, 0x0304);
    Arbitrary<Integer> padding = Arbitraries.integers().between(0, 2000);
    return Combinators.combine(
            names.injectNull(0.2), protocols, versions, padding, Arbitraries.longs())
        .as(ClientHelloPropertyTest::sample);
  }

  private static Sample sample(
      @Nullable String name, List<String> protocols, int version, int padding, long order) {
    List<Consumer<HelloBytes>> parts = new ArrayList<>();
    if (name != null) {
      parts.add(h -> h.sni(name));
    }
    if (!protocols.isEmpty()) {
      parts.add(h -> h.alpn(protocols.toArray(String[]::new)));
    }
    if (version > 0x0303) {
      parts.add(h -> h.versions(0x0303, version, 0x0a0a));
    }
    parts.add(h -> h.extension(21, new byte[padding]));
    parts.add(h -> h.extension(0x2a2a, new byte[0]));
    Collections.shuffle(parts, new Random(order));
    HelloBytes bytes = new HelloBytes().version(Math.min(version, 0x0303));
    parts.forEach(p -> p.accept(bytes));
    return new Sample(bytes, new Hello(name, protocols, version, version > 0x0303));
  }

  @Property(tries = 500)
  void a_hello_is_read_whole_however_it_is_cut_into_records(
      @ForAll("hellos") Sample sample, @ForAll @IntRange(min = 1, max = 4000) int size) {
    ByteBuf in = sample.bytes().records(size);
    assertThat(ClientHello.read(in)).isEqualTo(sample.expected());
    NettyHello netty = NettyHello.read(in);
    assertThat(netty.told()).isTrue();
    assertThat(netty.sni()).isEqualTo(sample.expected().sni());
  }

  @Property(tries = 200)
  void it_comes_in_any_packets_and_only_the_last_makes_it_whole(
      @ForAll("hellos") Sample sample,
      @ForAll @IntRange(min = 20, max = 4000) int size,
      @ForAll @Size(max = 8) List<@IntRange(max = 3500) Integer> cuts) {
    ByteBuf in = sample.bytes().records(size);
    for (int cut : cuts) {
      if (cut < in.readableBytes()) {
        assertThat(ClientHello.read(in.slice(0, cut))).isEqualTo(new NeedMore());
      }
    }
    assertThat(ClientHello.read(in)).isEqualTo(sample.expected());
  }

  @Property(tries = 5000)
  void a_changed_hello_is_read_as_netty_reads_it_or_refused(
      @ForAll("hellos") Sample sample,
      @ForAll @IntRange(min = 40, max = 4000) int size,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 300) Integer> places,
      @ForAll Random random) {
    ByteBuf in = sample.bytes().records(size);
    for (int place : places) {
      in.setByte(place % in.readableBytes(), random.nextInt(256));
    }
    ClientHello read = ClientHello.read(in);
    NettyHello netty = NettyHello.read(in);
    if (read instanceof Hello hello && netty.told()) {
      assertThat(hello.sni()).as(ByteBufUtil.hexDump(in)).isEqualTo(withoutDot(netty.sni()));
    }
  }

  private static @Nullable String withoutDot(@Nullable String name) {
    return name == null || !name.endsWith(".") ? name : name.substring(0, name.length() - 1);
  }

  @Property(tries = 5000)
  void any_bytes_have_an_answer_that_more_of_them_do_not_take_back(
      @ForAll @Size(max = 400) byte[] bytes,
      @ForAll @IntRange(max = 400) int cut,
      @ForAll @IntRange(max = 11) int right) {
    byte[] beginning = {22, 3, 1, 1, 0x7f, 1, 0, 1, 0x70, 3, 3};
    System.arraycopy(beginning, 0, bytes, 0, Math.min(right, bytes.length));
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    ClientHello first = ClientHello.read(in.slice(0, Math.min(cut, bytes.length)));
    ClientHello all = ClientHello.read(in);
    if (!(first instanceof NeedMore)) {
      assertThat(all).isEqualTo(first);
    }
    assertThat(first).isInstanceOfAny(NeedMore.class, NotTls.class, Bad.class, Hello.class);
  }
}
