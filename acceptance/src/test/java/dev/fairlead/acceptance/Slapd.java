package dev.fairlead.acceptance;

import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's slapd with a new, empty tree, and {@code cn=check,cn=tree} whose password is {@code secret}. */
final class Slapd {
  private Slapd() {}

  /** Starts one with a rule for everybody, for example {@code disallow bind_anon}. */
  static RealServer start(String rule) {
    String program = RealServer.find("slapd");
    int port = Ports.free();
    return RealServer.program(port, directory -> {
      Path config = directory.resolve("slapd.conf");
      try {
        Files.writeString(config, """
            %1$s
            pidfile %2$s/pid
            database ldif
            directory %2$s
            suffix "cn=tree"
            rootdn "cn=check,cn=tree"
            rootpw secret
            """.formatted(rule, directory));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      String url = "ldap://127.0.0.1:" + port;
      return List.of(program, "-d", "0", "-h", url, "-f", config.toString());
    });
  }
}
