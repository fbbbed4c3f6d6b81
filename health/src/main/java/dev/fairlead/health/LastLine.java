package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** The last line with something on it of a stream of any length; of a long line only its beginning. */
final class LastLine {
  private static final int LONGEST = 300;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String last = "";

  void add(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      if (bytes[i] == '\n') {
        end();
      } else if (line.size() < LONGEST) {
        line.write(bytes[i]);
      }
    }
  }

  private void end() {
    String ended = line.toString(UTF_8).strip();
    last = ended.isEmpty() ? last : ended;
    line.reset();
  }

  /** What is the last line as it is now, without space around it; empty when there was none. */
  String text() {
    String current = line.toString(UTF_8).strip();
    return current.isEmpty() ? last : current;
  }
}
