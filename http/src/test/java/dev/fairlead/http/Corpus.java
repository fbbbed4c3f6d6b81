package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Reads the framing corpus: one case a line, {@code verdicts | source | bytes}. */
public final class Corpus {
  /** Shorter than twice this, a case is cut everywhere. */
  private static final int NEAR = 400;

  /** One case. */
  public record Case(int line, String verdict, String source, String text) {
    /** The bytes, one for each character of the text. */
    public byte[] bytes() {
      return text.getBytes(ISO_8859_1);
    }

    /** The words of the verdict. */
    public List<String> words() {
      return List.of(verdict.split(" ", -1));
    }

    /** Where to cut the bytes in two. */
    public int[] cuts() {
      return Corpus.cuts(text.length());
    }

    @Override
    public String toString() {
      String shown = text.length() > 120 ? text.substring(0, 120) + "…" : text;
      return "line %d: %s by %s: %s"
          .formatted(line, verdict, source, shown.replace("\r", "\\r").replace("\n", "\\n"));
    }
  }

  private Corpus() {}

  /**
   * Where to cut some bytes in two: everywhere, but of a long case in its inner part only now and then, where
   * it repeats itself.
   */
  public static int[] cuts(int length) {
    return IntStream.rangeClosed(0, length)
        .filter(cut -> cut < NEAR || cut > length - NEAR || cut % 61 == 0)
        .toArray();
  }

  /** Reads a file of the corpus. */
  public static List<Case> read(String name) {
    try (InputStream in = Corpus.class.getResourceAsStream("/framing/" + name)) {
      String all = new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8);
      List<Case> cases = new ArrayList<>();
      int number = 0;
      for (String line : all.split("\n", -1)) {
        number++;
        if (!line.isBlank() && !line.startsWith("#")) {
          int first = line.indexOf('|');
          int second = line.indexOf('|', first + 1);
          String bytes = line.substring(second + 1);
          cases.add(new Case(
              number,
              line.substring(0, first).strip(),
              line.substring(first + 1, second).strip(),
              unescape(bytes.substring(1)).toString(ISO_8859_1)));
        }
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteArrayOutputStream unescape(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '\\') {
        out.write(c);
        i++;
      } else if (text.startsWith("rep(", i + 1)) {
        int end = text.indexOf(')', i);
        int comma = text.lastIndexOf(',', end);
        byte[] repeated = unescape(text.substring(i + 5, comma)).toByteArray();
        int count = Integer.parseInt(text.substring(comma + 1, end));
        for (int n = 0; n < count; n++) {
          out.writeBytes(repeated);
        }
        i = end + 1;
      } else if (text.charAt(i + 1) == 'x') {
        out.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
        i += 4;
      } else {
        out.write(
            switch (text.charAt(i + 1)) {
              case 'r' -> '\r';
              case 'n' -> '\n';
              case 't' -> '\t';
              default -> text.charAt(i + 1);
            });
        i += 2;
      }
    }
    return out;
  }
}
