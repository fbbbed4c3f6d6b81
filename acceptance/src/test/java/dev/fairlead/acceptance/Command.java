package dev.fairlead.acceptance;

import dev.fairlead.testkit.RealServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

  /** How a run ended, and what it wrote. */
  record Ended(int exitCode, String text) {}

  /** Starts a program found on the PATH; its standard output and error go to one place. */
  static Command start(String program, String... arguments) {
    return start(new File("/dev/null"), program, arguments);
  }

  /** Starts a program that lies in a file. */
  static Command start(Path program, String... arguments) {
    return startFile(new File("/dev/null"), program.toString(), arguments);
  }

  private static Command start(File input, String program, String... arguments) {
    return startFile(input, RealServer.find(program), arguments);
  }

  private static Command startFile(File input, String file, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(file);
    line.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("fairlead-", ".out");
      Process process = new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectInput(ProcessBuilder.Redirect.from(input))
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

  /** Runs a program to its end, whatever that is, with a text as its standard input. */
  static Ended end(String input, String program, String... arguments) {
    try {
      Path file = Files.createTempFile("fairlead-", ".in");
      try {
        return start(Files.writeString(file, input).toFile(), program, arguments)
            .end(60);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean running() {
    return process.isAlive();
  }

  /** Waits for the end, which must be a good one. */
  String output(int seconds) {
    Ended ended = end(seconds);
    if (ended.exitCode() != 0) {
      throw failure("exit code " + ended.exitCode(), ended.text());
    }
    return ended.text();
  }

  /** Waits for the end, whatever it is. */
  Ended end(int seconds) {
    try {
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(output, StandardCharsets.ISO_8859_1);
      Files.delete(output);
      if (!ended) {
        throw failure("did not end", text);
      }
      return new Ended(process.exitValue(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new AssertionError("interrupted", e);
    }
  }

  private AssertionError failure(String how, String text) {
    return new AssertionError(String.join(" ", line) + ": " + how + "\n" + text);
  }
}
