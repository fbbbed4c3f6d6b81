package dev.fairlead.acceptance;

import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's MariaDB with new, empty tables, a user {@code check} without a password, and {@code locked}. */
final class Mariadb {
  private static final String USERS = """
      CREATE USER 'check'@'127.0.0.1';
      CREATE USER 'locked'@'127.0.0.1' IDENTIFIED BY 'secret';
      """;

  private Mariadb() {}

  /** Starts one with the least number of connections that can be set, and a log that tells much. */
  static RealServer start() {
    String program = RealServer.find("mariadbd");
    int port = Ports.free();
    return RealServer.program(port, directory -> {
      Unprivileged.own(directory);
      Path users = directory.resolve("users.sql");
      try {
        Files.writeString(users, USERS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      String data = "--datadir=" + directory.resolve("data");
      Unprivileged.run("mariadb-install-db", "--no-defaults", data, "--skip-test-db");
      return Unprivileged.command(
          program,
          "--no-defaults",
          data,
          "--socket=" + directory.resolve("socket"),
          "--bind-address=127.0.0.1",
          "--port=" + port,
          "--skip-name-resolve",
          "--max-connections=10",
          "--log-warnings=4",
          "--innodb-flush-log-at-trx-commit=0",
          "--init-file=" + users);
    });
  }
}
