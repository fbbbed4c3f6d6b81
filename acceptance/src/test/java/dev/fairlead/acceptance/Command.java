package dev.fairlead.acceptance;

import dev.fairlead.testkit.RealServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A run of a client program. The one who started it calls. */
final class Command {
  private final Process process;
  private final Path output;
  private final List<String> line;

  private Command(Process process, Path output, List<String> line) {
    this.process = process;
    this.output = output;
    this.line = line;
  }

  /** Starts a program found on the PATH; its standard output and error go to one place. */
  static Command start(String program, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(RealServer.find(program));
    line.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("fairlead-", ".out");
      Process process = new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
          .redirectOutput(output.toFile())
          .start();
      return new Command(process, output, line);
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", line), e);
    }
  }

  /** Runs a program to its end, which must be a good one. */
  static String run(String program, String... arguments) {
    return start(program, arguments).output(60);
  }

  boolean running() {
    return process.isAlive();
  }

  /** Waits for the end, which must be a good one. */
  String output(int seconds) {
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(output);
      Files.delete(output);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(String.join(" ", line) + ": "
            + (ended ? "exit code " + process.exitValue() : "did not end") + "\n" + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new AssertionError("interrupted", e);
    }
  }
}
