package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs of h2spec, which asks a server each case of RFC 7540 and RFC 7541. The program is the one that its
 * Maven plugin carries, for Linux on x86-64; elsewhere the test is skipped.
 */
final class H2spec {
  private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
  private static final int TAR_HEADER = 512;
  private static final int TAR_SIZE_AT = 124;
  private static final int TAR_SIZE_DIGITS = 11;
  private static final Pattern SUMMARY = Pattern.compile("\\d+ tests, \\d+ passed, .*");

  private H2spec() {}

  /**
   * What a run came to.
   *
   * @param summary as {@code 145 tests, 145 passed, 0 skipped, 0 failed}
   * @param failures the cases that failed with number, demand and what came instead; empty for none
   */
  record Report(String summary, String failures) {}

  /** Asks every case of a server on loopback. */
  static Report run(Path folder, int port, String... options) {
    List<String> line =
        new ArrayList<>(List.of("-h", "127.0.0.1", "-p", String.valueOf(port), "-o", "4"));
    line.addAll(List.of(options));
    // A case that gets no answer costs its time-out; where all is well, none does.
    String text =
        Command.start(program(folder), line.toArray(String[]::new)).end(600).text();
    String summary = SUMMARY
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no summary of h2spec in:\n" + text));
    int failures = text.indexOf("Failures:");
    return new Report(summary, failures < 0 ? "" : text.substring(failures));
  }

  private static Path program(Path folder) {
    boolean runs = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")
        && System.getProperty("os.arch").equals("amd64");
    Assumptions.assumeTrue(runs, "h2spec is there for Linux on x86-64 only");
    Path program = folder.resolve("h2spec");
    try (InputStream archive = Objects.requireNonNull(H2spec.class.getResourceAsStream(ARCHIVE));
        DataInputStream tar = new DataInputStream(new GZIPInputStream(archive))) {
      byte[] header = tar.readNBytes(TAR_HEADER); // of the only file
      int size = Integer.parseInt(new String(header, TAR_SIZE_AT, TAR_SIZE_DIGITS, US_ASCII), 8);
      Files.write(program, tar.readNBytes(size));
      if (!program.toFile().setExecutable(true)) {
        throw new IOException(program + " cannot be made executable");
      }
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
