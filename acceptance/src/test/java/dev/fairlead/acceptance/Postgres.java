package dev.fairlead.acceptance;

import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Debian's PostgreSQL with a new, empty database. Everybody on loopback is who he says he is, but {@code
 * asked}, {@code clear} and {@code old} must know a password, and {@code banned} may not come.
 */
final class Postgres {
  private static final String WHO = """
      host all asked  127.0.0.1/32 scram-sha-256
      host all clear  127.0.0.1/32 password
      host all old    127.0.0.1/32 md5
      host all banned 127.0.0.1/32 reject
      host all all    127.0.0.1/32 trust
      """;

  /** The password of whoever is asked for one. */
  static final String SECRET = "correct horse";

  private static final List<String> USERS = List.of(
      "SET password_encryption = 'scram-sha-256';",
      "CREATE USER asked PASSWORD '" + SECRET + "';",
      "CREATE USER clear PASSWORD '" + SECRET + "';",
      "SET password_encryption = 'md5';",
      "CREATE USER old PASSWORD '" + SECRET + "';");

  private Postgres() {}

  /** Creates the users; whoever is not there is asked for a password, too. */
  static void createUsers(RealServer server) {
    List<String> line = new ArrayList<>(List.of("-h", "127.0.0.1", "-p", "" + server.port()));
    line.addAll(List.of("-U", "admin", "-d", "postgres"));
    USERS.forEach(sql -> line.addAll(List.of("-c", sql)));
    Command.run("psql", line.toArray(String[]::new));
  }

  /** Starts one with further settings, for example {@code max_connections=1}. */
  static RealServer start(String... settings) {
    return start(false, settings);
  }

  /** One that waits for what its primary sends, of which there is none, and lets nobody read meanwhile. */
  static RealServer startStandby() {
    return start(true, "hot_standby=off", "restore_command=false");
  }

  private static RealServer start(boolean standby, String... settings) {
    Path programs = Path.of(Command.run("pg_config", "--bindir").strip());
    int port = Ports.free();
    return RealServer.program(port, directory -> {
      Path data = create(programs, directory, standby);
      List<String> line = new ArrayList<>(
          List.of(programs.resolve("postgres").toString(), "-D", data.toString(), "-p", "" + port));
      for (String setting :
          List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")) {
        line.addAll(List.of("-c", setting));
      }
      for (String setting : settings) {
        line.addAll(List.of("-c", setting));
      }
      return Unprivileged.command(line.toArray(String[]::new));
    });
  }

  private static Path create(Path programs, Path directory, boolean standby) {
    Path data = directory.resolve("data");
    Unprivileged.own(directory);
    Unprivileged.run(
        programs.resolve("initdb").toString(),
        "--pgdata=" + data,
        "--username=admin",
        "--no-locale",
        "--no-sync");
    try {
      Files.writeString(data.resolve("pg_hba.conf"), WHO);
      if (standby) {
        Files.createFile(data.resolve("standby.signal"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return data;
  }
}
