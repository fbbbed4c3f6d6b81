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
  /** All that is frequent is found by this many bits at once. */
  private static final int PEEK = 9;

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

  private static final int[] CODES = new int[LENGTHS.length];
  /** The symbols in the order of their codes. */
  private static final short[] SYMBOLS = new short[LENGTHS.length];
  /** For each length: what leads from a code to its place among the symbols. */
  private static final int[] PLACE = new int[LONGEST + 1];
  /** For each length: where codes that are not longer end, when written at the left of 32 bits. */
  private static final long[] END = new long[LONGEST + 1];
  /** For the next bits, inverted: length and symbol, or 0 when the code is longer. */
  private static final short[] SHORT = new short[1 << PEEK];

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
          CODES[symbol] = code;
          SYMBOLS[place] = (short) symbol;
          if (length <= PEEK) {
            fillShort(symbol, code, length);
          }
          code++;
          place++;
        }
      }
      END[length] = (long) code << (32 - length);
    }
  }

  private Huffman() {}

  private static void fillShort(int symbol, int code, int length) {
    int free = PEEK - length;
    for (int rest = 0; rest < 1 << free; rest++) {
      int bits = (code << free) | rest;
      SHORT[~bits & (SHORT.length - 1)] = (short) ((length << 8) | symbol);
    }
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
      int symbol = b[i] & 0xff;
      bits = (bits << LENGTHS[symbol]) | CODES[symbol];
      count += LENGTHS[symbol];
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

  /** {@return the most bytes that an encoded string can have when decoded} */
  static long mostDecoded(int length) {
    return length * 8L / 5;
  }

  /**
   * Decodes a string.
   *
   * @param in holds the encoded string
   * @param from where it begins
   * @param length how many bytes it has
   * @param out where to; must have room for {@link #mostDecoded}
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
      int symbol;
      int size;
      int found = SHORT[(int) (bits >>> (64 - PEEK))];
      if (found != 0) {
        size = found >>> 8;
        symbol = found & 0xff;
      } else {
        int code = ~(int) (bits >>> 32);
        size = PEEK + 1;
        while ((code & 0xffffffffL) >= END[size]) {
          size++;
        }
        symbol = SYMBOLS[PLACE[size] + (code >>> (32 - size))];
      }
      if (size > count) {
        return bits == 0 && count < 8 ? to : FAULT;
      }
      if (symbol == EOS) {
        return FAULT;
      }
      out[to++] = (byte) symbol;
      bits <<= size;
      count -= size;
    }
  }
}
