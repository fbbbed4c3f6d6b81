package dev.fairlead.http.virtual;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.fairlead.http.peer.H2Frames;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What somebody does who follows no rule, drawn from any bytes: the first says how, the second where to cut,
 * the others are sent. HTTP/2 is written so that few bytes make many frames: of each frame the kind, the
 * flags, the stream and the length are a byte each, and the length fits.
 */
final class Stranger {
  private static final int HEAD = 2;
  private static final int PASSES = 0x10;
  private static final int HUGE = 0x40;
  private static final int RAW = 0x80;

  private final int how;
  private final int cuts;
  private final byte[] rest;

  Stranger(byte[] input) {
    how = input.length > 0 ? input[0] & 0xff : 0;
    cuts = input.length > 1 ? input[1] & 0xff : 0;
    rest = input.length > HEAD ? Arrays.copyOfRange(input, HEAD, input.length) : new byte[0];
  }

  /** The input of one that sends some bytes. */
  static byte[] seed(int how, int cuts, byte[] bytes) {
    return H2Frames.all(new byte[] {(byte) how, (byte) cuts}, bytes);
  }

  /** The short form of some frames, each written by itself. */
  static byte[] shortened(byte[] frames) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    while (at < frames.length) {
      int length =
          ((frames[at] & 0xff) << 16) | ((frames[at + 1] & 0xff) << 8) | (frames[at + 2] & 0xff);
      int kept = Math.min(length, 255);
      out.write(frames[at + 3] | PASSES);
      out.write(frames[at + 4]);
      out.write(frames[at + 8]);
      out.write(kept);
      out.write(frames, at + 9, kept);
      at += 9 + length;
    }
    return out.toByteArray();
  }

  /** Some bits of how it behaves. */
  int how(int lowest, int bits) {
    return (how >> lowest) & ((1 << bits) - 1);
  }

  boolean does(int bit) {
    return how(bit, 1) == 1;
  }

  /** What it sends, in pieces. */
  List<byte[]> bytes() {
    return cut(List.of(rest));
  }

  /** What it sends by frames, in pieces. */
  List<byte[]> frames() {
    List<byte[]> written = new ArrayList<>();
    ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    int at = 0;
    while (at < rest.length) {
      int kind = next(at++);
      int flags = 0;
      int stream = 0;
      if ((kind & RAW) == 0) {
        flags = next(at++);
        stream = next(at++);
      }
      int end = Math.min(rest.length, at + 1 + next(at));
      byte[] payload = Arrays.copyOfRange(rest, Math.min(end, at + 1), end);
      at = Math.max(at + 1, end);
      if ((kind & HUGE) != 0) {
        payload = H2Frames.times(64, payload);
      }
      gathered.writeBytes(
          (kind & RAW) != 0
              ? payload
              : H2Frames.frame(kind & 0x0f, flags, stream < 128 ? stream : stream << 24, payload));
      if ((kind & PASSES) != 0) {
        written.add(gathered.toByteArray());
        gathered.reset();
      }
    }
    written.add(gathered.toByteArray());
    return cut(written);
  }

  private int next(int at) {
    return at < rest.length ? rest[at] & 0xff : 0;
  }

  /** Cuts into at most some hundreds of pieces; few numbers stand for no cut at all. */
  private List<byte[]> cut(List<byte[]> whole) {
    if (cuts % 4 == 0) {
      return whole;
    }
    Random random = new Random(cuts);
    List<byte[]> pieces = new ArrayList<>();
    for (byte[] piece : whole) {
      int most = Math.max(cuts % 4 == 1 ? 1 : 64, piece.length / 64);
      int end;
      for (int at = 0; at < piece.length; at = end) {
        end = Math.min(piece.length, at + 1 + random.nextInt(most));
        pieces.add(Arrays.copyOfRange(piece, at, end));
      }
    }
    return pieces;
  }

  static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }
}
