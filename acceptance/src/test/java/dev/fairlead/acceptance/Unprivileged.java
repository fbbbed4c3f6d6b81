package dev.fairlead.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** For servers that refuse to run as root: where the tests do, nobody runs them. Stateless. */
final class Unprivileged {
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  private Unprivileged() {}

  /** Gives a folder to who will run the server. */
  static void own(Path folder) {
    if (ROOT) {
      try {
        Files.setOwner(
            folder,
            folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The same command line, run by somebody who may do nothing else. */
  static List<String> command(String... line) {
    return ROOT
        ? Stream.concat(
                Stream.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"),
                Stream.of(line))
            .toList()
        : List.of(line);
  }

  /** Runs a program of theirs to its end, which must be a good one; by its name or its path. */
  static void run(String... line) {
    Command.run("env", command(line).toArray(String[]::new));
  }
}
