package dev.fairlead.http.virtual;

import static dev.fairlead.http.peer.H2Frames.CONTINUATION;
import static dev.fairlead.http.peer.H2Frames.DATA;
import static dev.fairlead.http.peer.H2Frames.END_HEADERS;
import static dev.fairlead.http.peer.H2Frames.END_STREAM;
import static dev.fairlead.http.peer.H2Frames.HEADERS;
import static dev.fairlead.http.peer.H2Frames.PADDED;
import static dev.fairlead.http.peer.H2Frames.PING;
import static dev.fairlead.http.peer.H2Frames.PRIORITY;
import static dev.fairlead.http.peer.H2Frames.all;
import static dev.fairlead.http.peer.H2Frames.block;
import static dev.fairlead.http.peer.H2Frames.data;
import static dev.fairlead.http.peer.H2Frames.frame;
import static dev.fairlead.http.peer.H2Frames.goAway;
import static dev.fairlead.http.peer.H2Frames.headers;
import static dev.fairlead.http.peer.H2Frames.reset;
import static dev.fairlead.http.peer.H2Frames.settings;
import static dev.fairlead.http.peer.H2Frames.window;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.peer.H2Peer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where the search for strangers begins, and those that once did harm. */
public final class StrangerSeeds {
  private static final int LONGEST = 1000;

  /** Inputs of {@link Strangers#client} that once did harm, in hexadecimal; so are the next ones. */
  private static final List<String> CLIENTS = List.of();

  private static final List<String> SERVERS = List.of();
  private static final List<String> HTTP2_CLIENTS = List.of();
  private static final List<String> HTTP2_SERVERS = List.of();

  private StrangerSeeds() {}

  /** For {@link Strangers#client}: many requests at once, and the framing corpus. */
  public static Stream<byte[]> clients() {
    String get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    byte[] pipelined = get.repeat(3).concat("GET /").getBytes(ISO_8859_1);
    Stream<byte[]> each = IntStream.range(0, 256)
        .filter(how -> how % 3 == 1)
        .mapToObj(how -> Stranger.seed(how, how / 8, pipelined));
    return Stream.of(each, corpus("requests.txt"), found(CLIENTS)).flatMap(s -> s);
  }

  /** For {@link Strangers#server}: the framing corpus. */
  public static Stream<byte[]> servers() {
    return Stream.concat(corpus("responses.txt"), found(SERVERS));
  }

  /** For {@link Strangers#http2Client}: sessions as they are, and the framing corpus. */
  public static Stream<byte[]> http2Clients() {
    byte[] post = H2Peer.head(1, false, "POST", "/", "te", "trailers", "expect", "100-continue");
    byte[] get = H2Peer.head(3, true, "GET", "/x");
    byte[] cut = block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a");
    // 0x82 0x86 0x84: GET http /; 0x41: an authority that is kept; 0xbe: the same again
    byte[] indexed = HexFormat.of().parseHex("8286844101618287ff");
    Stream<byte[]> sessions = Stream.of(
        get,
        all(post, data(1, false, "hi"), headers(1, true, "x", "y")),
        all(post, get, data(1, false, 200), data(1, true, 55)),
        all(post, window(1, 5), window(0, 70_000), reset(1, 8), get),
        all(settings(1, 0, 4, 1, 5, 16_384), get, window(3, 1), window(3, 9), settings(4, 70_000)),
        all(settings(1, 100, 3, 1, 6, 50), frame(PING, 0, 0, new byte[8]), get, goAway(0, 0)),
        all(frame(HEADERS, END_STREAM, 1, cut), frame(CONTINUATION, END_HEADERS, 1)),
        all(frame(HEADERS, END_HEADERS, 1, indexed), frame(DATA, PADDED | END_STREAM, 1, (byte) 0)),
        all(post, frame(PRIORITY, 0, 1, new byte[5]), frame(12, 0, 1), data(1, true, "")),
        all(
            H2Peer.head(1, false, "CONNECT", "/", ":protocol", "websocket"),
            data(1, false, "x"),
            data(1, true, "")));
    return Stream.of(variants(sessions), downgrades(), found(HTTP2_CLIENTS)).flatMap(s -> s);
  }

  /** For {@link Strangers#http2Server}: answers as they are. */
  public static Stream<byte[]> http2Servers() {
    byte[] ok = headers(1, false, ":status", "200", "content-length", "2");
    byte[] ok3 = headers(3, true, ":status", "204");
    byte[] early = headers(1, false, ":status", "103", "link", "x");
    Stream<byte[]> sessions = Stream.of(
        headers(1, true, ":status", "200"),
        headers(1, true, ":status", "403"),
        frame(HEADERS, END_HEADERS | END_STREAM, 1, (byte) 0x88),
        all(ok, data(1, true, "hi"), ok3),
        all(ok3, early, ok, data(1, false, "hi"), headers(1, true, "x", "y")),
        all(ok, reset(1, 0)),
        all(
            headers(1, false, ":status", "200"),
            data(1, false, 200),
            goAway(1, 0),
            data(1, true, 9)),
        all(goAway(0, 0), reset(1, 7)),
        all(settings(3, 0, 4, 0, 1, 0), window(0, 1), window(1, 1), ok, data(1, true, "hi")),
        all(frame(PING, 0, 0, new byte[8]), frame(HEADERS, 0, 1, (byte) 0x88)),
        all(frame(HEADERS, PADDED | END_HEADERS, 1, (byte) 0, (byte) 0x88), data(1, true, "")));
    return Stream.concat(variants(sessions), found(HTTP2_SERVERS));
  }

  private static Stream<byte[]> corpus(String name) {
    return Corpus.read(name).stream()
        .filter(given -> given.text().length() <= LONGEST)
        .map(given -> Stranger.seed(given.line(), given.line() / 8, given.bytes()));
  }

  private static Stream<byte[]> downgrades() {
    return Corpus.read("http2-requests.txt").stream()
        .filter(given -> given.text().length() <= 200)
        .map(given -> {
          String[] parts = given.text().split(" >> ", -1);
          byte[] frames = headers(1, parts.length == 1, fields(parts[0]));
          if (parts.length > 1) {
            frames = all(frames, data(1, parts.length == 2, parts[1]));
          }
          if (parts.length > 2) {
            frames = all(frames, headers(1, true, fields(parts[2])));
          }
          return Stranger.seed(given.line() & 0x17, given.line(), Stranger.shortened(frames));
        });
  }

  private static String[] fields(String text) {
    return Arrays.stream(text.split(" ~ ", -1))
        .flatMap(field -> Stream.of(field.split("=", 2)))
        .toArray(String[]::new);
  }

  /** Each with all kinds of peers. */
  private static Stream<byte[]> variants(Stream<byte[]> sessions) {
    return sessions.flatMap(frames -> IntStream.range(0, 8)
        .mapToObj(i -> Stranger.seed(i | i << 4, i % 3, Stranger.shortened(frames))));
  }

  private static Stream<byte[]> found(List<String> inputs) {
    return inputs.stream().map(HexFormat.of()::parseHex);
  }
}
