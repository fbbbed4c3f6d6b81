package dev.fairlead.http.internal.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.internal.h1.Ascii;
import dev.fairlead.http.internal.h1.Body;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Limits;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.http.internal.h1.SpareFields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a connection and its streams when a header block of ours must not leave. */
final class UnsentBlockTest {
  private static final Limits HEADS = new Limits(8192, 16_384, 100);
  private static final byte[] OWN = Ascii.bytes("x-own");
  private static final byte[] OTHER = Ascii.bytes("x-other");
  private static final byte[] CODING = Ascii.bytes("transfer-encoding");
  private static final byte[] VALUE = Ascii.bytes("chunked");

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final HpackDecoder decoder = new HpackDecoder(4096);
  private final Answering connection = new Answering();

  @BeforeEach
  void attach() {
    connection.attach(channel, new byte[0]);
  }

  @AfterEach
  void close() {
    connection.end(ErrorCode.NO_ERROR, false);
    channel.finishAndReleaseAll();
  }

  private Sending stream(int id) {
    Sending stream = new Sending(connection, id);
    connection.streams().add(stream, true);
    return stream;
  }

  private void block(byte[]... names) {
    BlockWriter block = connection.beginBlock(64);
    block.status(200);
    for (byte[] name : names) {
      block.field(name, VALUE);
    }
  }

  /** The frames that were sent: kind, stream, and what a head says. */
  private List<String> sent() {
    connection.flush();
    List<String> frames = new ArrayList<>();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      while (out.isReadable()) {
        int length = out.readUnsignedMedium();
        int type = out.readUnsignedByte();
        out.skipBytes(1);
        int id = out.readInt();
        ByteBuf payload = out.readSlice(length);
        String text = type == Frames.HEADERS
            ? Recorded.decode(decoder, payload).toString()
            : String.valueOf(payload.readInt());
        frames.add(type + " " + id + " " + text);
      }
      out.release();
    }
    return frames;
  }

  /** A field as no parser would let it pass. */
  private static Fields trailers(String line) {
    ResponseHead head = new ResponseHead();
    ByteBuf text = Unpooled.copiedBuffer("HTTP/1.1 200 OK\r\n\r\n", ISO_8859_1);
    assertThat(head.read(text, HEADS, false)).isEqualTo(ResponseHead.DONE);
    text.release();
    head.add(Ascii.bytes(line + "\r\n"));
    return head.fields();
  }

  @Test
  void none_of_it_is_sent_and_the_next_one_is_understood() {
    Sending first = stream(1);
    block(OWN, CODING, OTHER);
    assertThat(connection.endResponse(first, Body.CHUNKED, -1)).isFalse();
    assertThat(sent()).isEmpty();
    assertThat(connection.unsent).isEqualTo(1);

    block(OTHER, OWN); // would be known by now
    assertThat(connection.endResponse(first, Body.CHUNKED, -1)).isTrue();
    block(OWN, OTHER);
    assertThat(connection.endResponse(stream(3), Body.NONE, -1)).isTrue();
    assertThat(sent())
        .containsExactly(
            "1 1 [:status: 200, x-other: chunked, x-own: chunked]",
            "1 3 [:status: 200, x-own: chunked, x-other: chunked]");
    assertThat(connection.unsent).isEqualTo(1);
  }

  @Test
  void a_stream_whose_trailers_are_not_sent_is_reset() {
    Sending stream = stream(1);
    block(OWN);
    assertThat(connection.endResponse(stream, Body.CHUNKED, -1)).isTrue();
    stream.sendEnd(trailers("x-sum: a\nb"));
    assertThat(sent())
        .containsExactly(
            "1 1 [:status: 200, x-own: chunked]",
            Frames.RST_STREAM + " 1 " + ErrorCode.INTERNAL_ERROR.code());
    assertThat(stream.closed()).isTrue();
    assertThat(connection.unsent).isEqualTo(1);
    assertThat(connection.over()).isFalse();
  }

  @Test
  void sound_trailers_are_sent() {
    Sending stream = stream(1);
    block();
    assertThat(connection.endResponse(stream, Body.CHUNKED, -1)).isTrue();
    stream.sendEnd(trailers("x-sum: 5"));
    assertThat(sent()).containsExactly("1 1 [:status: 200]", "1 1 [x-sum: 5]");
    assertThat(connection.unsent).isZero();
  }

  private static final class Sending extends Http2Stream {
    Sending(Http2Connection connection, int id) {
      super(connection, id);
    }

    @Override
    protected void received(ByteBuf data) {
      data.release();
    }

    @Override
    protected void ended(@Nullable Fields newTrailers) {}

    @Override
    protected void malformed() {}

    @Override
    protected void gone(ErrorCode code, boolean unprocessed) {}

    @Override
    protected void drained() {}

    @Override
    protected void expired() {}
  }

  /** A server's end. */
  private static final class Answering extends Http2Connection {
    private int unsent;

    Answering() {
      super(new Http2Limits(100, 65_535, 100, 100, 100), HEADS, new SpareFields());
    }

    @Override
    protected boolean serves() {
      return true;
    }

    @Override
    protected void head(int id, @Nullable Http2Stream stream, ByteBuf headers, boolean ends) {}

    @Override
    protected void goingAway(int last, ErrorCode code) {}

    @Override
    protected void settled() {}

    @Override
    protected boolean pong() {
      return false;
    }

    @Override
    protected void idle() {}

    @Override
    protected void ended(ErrorCode code, String why) {}

    @Override
    protected void later() {}

    @Override
    protected void came(int bytes) {}

    @Override
    protected void mustNotLeave() {
      unsent++;
    }
  }
}
