package dev.fairlead.http.internal.h2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A sink that writes down what it hears: {@code name: value}, and {@code (never indexed)} behind it. */
final class Recorded implements FieldSink {
  private final List<String> lines = new ArrayList<>();

  @Override
  public void field(
      byte[] name,
      int nameFrom,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength,
      boolean neverIndexed) {
    lines.add(line(
        new String(name, nameFrom, nameLength, ISO_8859_1),
        new String(value, valueFrom, valueLength, ISO_8859_1),
        neverIndexed));
  }

  static String line(String name, String value, boolean neverIndexed) {
    return name + ": " + value + (neverIndexed ? " (never indexed)" : "");
  }

  List<String> lines() {
    return lines;
  }

  static ByteBuf hex(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
  }

  /** The fields of a sound block. */
  static List<String> decode(HpackDecoder decoder, ByteBuf block) {
    Recorded heard = new Recorded();
    if (!decoder.decode(block, heard) || block.isReadable()) {
      throw new AssertionError("not decoded behind " + heard.lines);
    }
    return heard.lines;
  }

  static void encode(HpackEncoder encoder, ByteBuf out, String name, String value, boolean never) {
    byte[] n = name.getBytes(ISO_8859_1);
    byte[] v = value.getBytes(ISO_8859_1);
    encoder.field(out, n, 0, n.length, v, 0, v.length, never);
  }

  /** A block of fields, each one {@code name: value}. */
  static ByteBuf encode(HpackEncoder encoder, List<String> lines) {
    ByteBuf out = Unpooled.buffer();
    encoder.begin(out);
    for (String line : lines) {
      int colon = line.indexOf(": ", 1);
      encode(encoder, out, line.substring(0, colon), line.substring(colon + 2), false);
    }
    return out;
  }
}
