package dev.fairlead.http.internal.h2;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The Huffman code of HPACK (RFC 7541 §5.2). The code is canonical: it follows from the lengths of its
 * codes alone, the shorter ones first, those of the same length in the order of their symbols. Pure
 * functions.
 */
final class Huffman {
  static final int FAULT = -1;

  private static final int EOS = 256;
  private static final int LONGEST = 30;
  private static final int SHORTEST = 5;
  /** By this many bits, all that is frequent is found at once, mostly two symbols of it. */
  private static final int PEEK = 12;

  /** How many bits each symbol's code has (RFC 7541, Appendix B). */
  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
  };

  /** For each symbol: its code, and at the left of 32 bits the length of that. */
  private static final long[] CODES = new long[LENGTHS.length];
  /** The symbols in the order of their codes. */
  private static final short[] SYMBOLS = new short[LENGTHS.length];
  /** For each length: what leads from a code to its place among the symbols. */
  private static final int[] PLACE = new int[LONGEST + 1];
  /** For each length: where codes that are not longer end, when written at the left of 32 bits. */
  private static final long[] END = new long[LONGEST + 1];
  /**
   * For the next bits, inverted, or 0 when the code is longer: how many of them are used, from bit 8 on the
   * first symbol, from bit 16 on the second, and above it whether there is a second.
   */
  private static final int[] NEXT = new int[1 << PEEK];

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, BIG_ENDIAN);

  static {
    int code = 0;
    int place = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code <<= 1;
      PLACE[length] = place - code;
      for (int symbol = 0; symbol < LENGTHS.length; symbol++) {
        if (LENGTHS[symbol] == length) {
          CODES[symbol] = ((long) length << 32) | code;
          SYMBOLS[place] = (short) symbol;
          code++;
          place++;
        }
      }
      END[length] = (long) code << (32 - length);
    }
    for (int bits = 0; bits < NEXT.length; bits++) {
      NEXT[~bits & (NEXT.length - 1)] = next(bits);
    }
  }

  private Huffman() {}

  private static int next(int bits) {
    int code = bits << (32 - PEEK);
    int first = length(code);
    if (first > PEEK) {
      return 0;
    }
    int found = first | (symbol(code, first) << 8);
    int rest = code << first;
    int second = length(rest);
    return first + second > PEEK
        ? found
        : (found + second) | (symbol(rest, second) << 16) | (1 << 24);
  }

  /** {@return how long the code is that stands at the left} */
  private static int length(int code) {
    int length = SHORTEST;
    while ((code & 0xffffffffL) >= END[length]) {
      length++;
    }
    return length;
  }

  private static int symbol(int code, int length) {
    return SYMBOLS[PLACE[length] + (code >>> (32 - length))];
  }

  /** {@return how many bytes a string has when encoded} */
  static long encodedLength(byte[] b, int from, int length) {
    long bits = 0;
    for (int i = from; i < from + length; i++) {
      bits += LENGTHS[b[i] & 0xff];
    }
    return (bits + 7) >>> 3;
  }

  /** Writes a string encoded, padded to whole bytes. */
  static void encode(ByteBuf out, byte[] b, int from, int length) {
    long bits = 0;
    int count = 0;
    for (int i = from; i < from + length; i++) {
      long code = CODES[b[i] & 0xff];
      int size = (int) (code >>> 32);
      bits = (bits << size) | (code & 0xffffffffL);
      count += size;
      if (count >= 32) {
        count -= 32;
        out.writeInt((int) (bits >>> count));
      }
    }
    int padding = -count & 7;
    bits = (bits << padding) | ((1 << padding) - 1);
    count += padding;
    while (count > 0) {
      count -= 8;
      out.writeByte((int) (bits >>> count));
    }
  }

  /** {@return how many bytes {@link #decode} needs for an encoded string} */
  static long room(int length) {
    // It may write one byte more than there are.
    return length * 8L / SHORTEST + 1;
  }

  /**
   * Decodes a string.
   *
   * @param in holds the encoded string
   * @param from where it begins
   * @param length how many bytes it has
   * @param out where to; must have room for {@link #room}
   * @param outFrom where the string shall begin there
   * @return where it ends there, or {@link #FAULT}
   */
  static int decode(byte[] in, int from, int length, byte[] out, int outFrom) {
    int at = from;
    int end = from + length;
    int to = outFrom;
    // The next bits at the left, inverted: behind the last one stand ones by themselves, as padding
    // does.
    long bits = 0;
    int count = 0;
    while (true) {
      if (count < 32) {
        if (end - at >= 4) {
          bits |= (~(int) INT.get(in, at) & 0xffffffffL) << (32 - count);
          at += 4;
          count += 32;
        } else {
          for (; at < end && count <= 56; at++, count += 8) {
            bits |= (~in[at] & 0xffL) << (56 - count);
          }
        }
      }
      int found = NEXT[(int) (bits >>> (64 - PEEK))];
      int used = found & 0xff;
      if (found != 0 && used <= count) {
        out[to] = (byte) (found >>> 8);
        out[to + 1] = (byte) (found >>> 16);
        to += 1 + (found >>> 24);
        bits <<= used;
        count -= used;
        continue;
      }
      int code = ~(int) (bits >>> 32);
      int size = length(code);
      if (size > count) {
        return bits == 0 && count < 8 ? to : FAULT;
      }
      int symbol = symbol(code, size);
      if (symbol == EOS) {
        return FAULT;
      }
      out[to++] = (byte) symbol;
      bits <<= size;
      count -= size;
    }
  }
}
