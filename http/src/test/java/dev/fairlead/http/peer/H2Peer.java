package dev.fairlead.http.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One end of an HTTP/2 connection that a test plays, the client's or the server's. It writes frames byte by
 * byte ({@link H2Frames}) and reads them with Netty's codec, so that it shares nothing with ours. It
 * acknowledges settings, answers pings and gives windows back, each unless told otherwise.
 */
public final class H2Peer extends ByteToMessageDecoder {
  private static final int HEAD = 9;
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);

  /**
   * What came.
   *
   * @param stream 0: of the connection
   * @param text the kind of frame and what it says, {@code END} behind it where the stream ends
   */
  public record Frame(int stream, String text) {}

  private final boolean client;
  private final Runnable afterwards;
  private final List<Frame> frames = new CopyOnWriteArrayList<>();
  private final Map<Integer, String> bodies = new ConcurrentHashMap<>();
  private final DefaultHttp2FrameReader reader =
      new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(false, 1 << 20));
  private final Reading reading = new Reading();
  private byte @Nullable [] first;
  private int prefaceLeft;
  private volatile @Nullable Channel channel;
  private volatile boolean grants = true;
  private volatile boolean answersPings = true;
  private volatile boolean acknowledges = true;
  private volatile boolean wasReset;
  private int nextId = 1;
  /** What it has sent, as far as no frame of it is whole yet. */
  private final ByteBuf sent = Unpooled.buffer();

  private final Set<Integer> resets = ConcurrentHashMap.newKeySet();
  private volatile int lastServed = Integer.MAX_VALUE;

  private H2Peer(boolean client, Runnable afterwards, byte[] first) {
    this.client = client;
    this.afterwards = afterwards;
    this.first = first;
    this.prefaceLeft = client ? 0 : PREFACE.length;
  }

  /**
   * A client, who begins with the preface and its settings.
   *
   * @param afterwards what is to be run behind each sending
   */
  public static H2Peer client(Runnable afterwards, int... settings) {
    return new H2Peer(true, afterwards, H2Frames.all(PREFACE, H2Frames.settings(settings)));
  }

  /** A server, which begins with its settings. */
  public static H2Peer server(Runnable afterwards, int... settings) {
    return new H2Peer(false, afterwards, H2Frames.settings(settings));
  }

  /** It does not begin by itself, nor acknowledges settings. */
  @CanIgnoreReturnValue
  public H2Peer silent() {
    first = null;
    acknowledges = false;
    return this;
  }

  /** It lets nothing more be sent than its windows at the beginning. */
  @CanIgnoreReturnValue
  public H2Peer withoutGrants() {
    grants = false;
    return this;
  }

  /** It does not answer pings. */
  @CanIgnoreReturnValue
  public H2Peer withoutPongs() {
    answersPings = false;
    return this;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
    if (context.channel().isActive()) {
      begin();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    begin();
  }

  private void begin() {
    byte[] what = first;
    first = null;
    if (what != null) {
      channel().writeAndFlush(Unpooled.wrappedBuffer(what));
    }
  }

  /** Its channel. */
  public Channel channel() {
    Channel there = channel;
    if (there == null) {
      throw new IllegalStateException("not connected");
    }
    return there;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Http2Exception {
    while (prefaceLeft > 0 && in.isReadable()) {
      byte expected = PREFACE[PREFACE.length - prefaceLeft--];
      if (in.readByte() != expected) {
        frames.add(new Frame(0, "NO PREFACE"));
      }
    }
    if (prefaceLeft == 0) {
      reader.readFrame(context, in, reading);
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext context) {
    reader.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      wasReset = true;
    } else {
      frames.add(new Frame(0, "UNREADABLE " + cause));
    }
  }

  // --- sending

  /** Sends bytes as they are, in a buffer that must be released, as from a socket. */
  public void send(byte[]... pieces) {
    byte[] all = H2Frames.all(pieces);
    noteEnds(all);
    channel().writeAndFlush(channel().alloc().buffer(all.length).writeBytes(all));
    afterwards.run();
  }

  /** Keeps in mind which streams it ends by itself, however the frames are cut. */
  private void noteEnds(byte[] bytes) {
    sent.writeBytes(bytes);
    while (sent.readableBytes() >= HEAD) {
      int at = sent.readerIndex();
      int length = sent.getUnsignedMedium(at);
      if (sent.readableBytes() < HEAD + length) {
        break;
      }
      int type = sent.getByte(at + 3);
      if (type == H2Frames.RST_STREAM) {
        resets.add(sent.getInt(at + 5) & Integer.MAX_VALUE);
      } else if (type == H2Frames.GOAWAY && length >= 8) {
        lastServed = Math.min(lastServed, sent.getInt(at + HEAD) & Integer.MAX_VALUE);
      }
      sent.skipBytes(HEAD + length);
    }
    sent.discardReadBytes();
  }

  /** The number of the next stream. */
  public int next() {
    int id = nextId;
    nextId += 2;
    return id;
  }

  /** Begins a request. */
  public int ask(boolean ends, String method, String path, String... fields) {
    int id = next();
    send(head(id, ends, method, path, fields));
    return id;
  }

  /** The head of a request. */
  public static byte[] head(int id, boolean ends, String method, String path, String... fields) {
    Stream<String> pseudo =
        Stream.of(":method", method, ":scheme", "http", ":authority", "a", ":path", path);
    return H2Frames.headers(
        id, ends, Stream.concat(pseudo, Stream.of(fields)).toArray(String[]::new));
  }

  /** A request without anything special. */
  public int get() {
    return ask(true, "GET", "/");
  }

  /** Answers with a head. */
  public void answer(int id, boolean ends, int status, String... fields) {
    Stream<String> pseudo = Stream.of(":status", Integer.toString(status));
    send(H2Frames.headers(
        id, ends, Stream.concat(pseudo, Stream.of(fields)).toArray(String[]::new)));
  }

  public void data(int id, boolean ends, String text) {
    send(H2Frames.data(id, ends, text));
  }

  public void data(int id, boolean ends, int bytes) {
    send(H2Frames.data(id, ends, bytes));
  }

  public void trailers(int id, String... fields) {
    send(H2Frames.headers(id, true, fields));
  }

  public void reset(int id, Http2Error code) {
    send(H2Frames.reset(id, code.code()));
  }

  public void goAway(int last, Http2Error code) {
    send(H2Frames.goAway(last, code.code()));
  }

  public void window(int id, int increment) {
    send(H2Frames.window(id, increment));
  }

  public void settings(int... settings) {
    send(H2Frames.settings(settings));
  }

  /** Leaves without a word. */
  public void close() {
    channel().close();
    afterwards.run();
  }

  // --- what came

  /** Whether the connection is there. */
  public boolean open() {
    return channel().isOpen();
  }

  /** Whether it was reset by the other end. */
  public boolean wasReset() {
    return wasReset;
  }

  /** All that came. */
  public List<Frame> frames() {
    return frames;
  }

  /** What came on a stream, or on the connection, but windows. */
  public List<String> on(int id) {
    return frames.stream()
        .filter(f -> f.stream() == id && !f.text().startsWith("WINDOW "))
        .map(Frame::text)
        .toList();
  }

  /** The last of it, or {@code nothing}. */
  public String last(int id) {
    List<String> all = on(id);
    return all.isEmpty() ? "nothing" : all.get(all.size() - 1);
  }

  /** The status of the last head that came on a stream; 0 where none has. */
  public int status(int id) {
    return on(id).stream()
        .filter(text -> text.startsWith("HEADERS :status="))
        .reduce((before, after) -> after)
        .map(text -> Integer.parseInt(text.substring(16, 19)))
        .orElse(0);
  }

  /** The body that came on a stream so far. */
  public String body(int id) {
    return bodies.getOrDefault(id, "");
  }

  /** How many bytes it may send more than at the beginning, by WINDOW_UPDATE. */
  public long granted(int id) {
    return frames.stream()
        .filter(f -> f.stream() == id && f.text().startsWith("WINDOW "))
        .mapToLong(f -> Long.parseLong(f.text().substring(7)))
        .sum();
  }

  /** The streams that have begun by a head from the other end. */
  public List<Integer> streams() {
    return frames.stream()
        .filter(f -> f.text().startsWith("HEADERS "))
        .map(Frame::stream)
        .distinct()
        .toList();
  }

  /** The streams that neither the other end has ended or reset, nor this one has reset or refused. */
  public List<Integer> unfinished() {
    return streams().stream()
        .filter(id -> id <= lastServed && !resets.contains(id))
        .filter(id -> on(id).stream().noneMatch(t -> t.endsWith(" END") || t.startsWith("RST ")))
        .toList();
  }

  /** What a GOAWAY says that came; the last of them, or {@code nothing}. */
  public String goneAway() {
    return on(0).stream()
        .filter(text -> text.startsWith("GOAWAY "))
        .reduce((before, after) -> after)
        .orElse("nothing");
  }

  @Override
  public String toString() {
    return (client ? "client " : "server ")
        + frames.stream().map(f -> f.stream() + ":" + f.text()).collect(Collectors.joining(", "));
  }

  private static String name(long code) {
    Http2Error error = Http2Error.valueOf(code);
    return error == null ? Long.toString(code) : error.name();
  }

  private final class Reading extends Http2FrameAdapter {
    private void add(int stream, String text, boolean ends) {
      frames.add(new Frame(stream, ends ? text + " END" : text));
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean ends) {
      int n = data.readableBytes();
      bodies.merge(id, data.toString(ISO_8859_1), String::concat);
      add(id, "DATA " + n, ends);
      if (grants && n + padding > 0) {
        byte[] forAll = H2Frames.window(0, n + padding);
        byte[] forIt = ends ? new byte[0] : H2Frames.window(id, n + padding);
        context.writeAndFlush(Unpooled.wrappedBuffer(H2Frames.all(forAll, forIt)));
      }
      return n + padding;
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean ends) {
      StringBuilder text = new StringBuilder("HEADERS ");
      for (Map.Entry<CharSequence, CharSequence> field : headers) {
        text.append(text.length() > 8 ? ", " : "")
            .append(field.getKey())
            .append('=')
            .append(field.getValue());
      }
      add(id, text.toString(), ends);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int id, long code) {
      add(id, "RST " + name(code), false);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
      add(0, "SETTINGS", false);
      if (acknowledges) {
        context.writeAndFlush(
            Unpooled.wrappedBuffer(H2Frames.frame(H2Frames.SETTINGS, H2Frames.ACK, 0)));
      }
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext context) {
      add(0, "SETTINGS ACK", false);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long payload) {
      add(0, "PING " + payload, false);
      if (answersPings) {
        byte[] same = H2Frames.ints((int) (payload >> 32), (int) payload);
        context.writeAndFlush(
            Unpooled.wrappedBuffer(H2Frames.frame(H2Frames.PING, H2Frames.ACK, 0, same)));
      }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext context, long payload) {
      add(0, "PONG " + payload, false);
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext context, int last, long code, ByteBuf debugData) {
      add(0, "GOAWAY " + last + " " + name(code), false);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int id, int increment) {
      add(id, "WINDOW " + increment, false);
    }

    @Override
    public void onUnknownFrame(
        ChannelHandlerContext context, byte type, int id, Http2Flags flags, ByteBuf payload) {
      add(id, "UNKNOWN " + type, false);
    }
  }
}
