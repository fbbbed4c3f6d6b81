package dev.fairlead.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Bytes as a connection may deliver them: in pieces, whose sizes the bytes themselves choose. */
final class Fragments {
  private Fragments() {}

  /**
   * Has the bytes read that have come so far, after each piece; first of all when there is none yet.
   *
   * @param bytes all of them
   * @param reader must leave the buffer as it is
   * @return its answers
   */
  static <T> List<T> read(byte[] bytes, Function<ByteBuf, T> reader) {
    List<T> answers = new ArrayList<>();
    CompositeByteBuf come = Unpooled.compositeBuffer(Integer.MAX_VALUE);
    try {
      answers.add(reader.apply(come));
      int end;
      for (int at = 0; at < bytes.length; at = end) {
        end = Math.min(bytes.length, at + 1 + (bytes[at] & 0x0F));
        come.addComponent(true, Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, at, end)));
        answers.add(reader.apply(come));
      }
      return answers;
    } finally {
      come.release();
    }
  }
}
