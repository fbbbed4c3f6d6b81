package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Probe;
import dev.fairlead.health.Probes;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What HAProxy's checks of databases and directories find, and what ours find of the same servers. */
final class DatabaseChecksReferenceTest {
  /** The same question in HAProxy's words and in ours, to a server on that port. */
  private record Question(String name, String option, Probe probe, int port) {}

  @Test
  void they_find_the_same_but_where_a_closer_look_tells_more() {
    Map<String, String> theirs;
    Map<String, String> ours = new TreeMap<>();
    try (RealServer postgres = Postgres.start();
        RealServer mariadb = Mariadb.start();
        RealServer slapd = Slapd.start("");
        RealServer shy = Slapd.start("disallow bind_anon")) {
      Checked.becomes("L7OK: ", postgres.port(), Probes.postgres("admin"));
      Checked.becomes("L7OK: ", mariadb.port(), Probes.mysql("check"));
      List<Question> questions = List.of(
          pgsql("let-in", "admin", postgres.port()),
          pgsql("asked", "asked", postgres.port()),
          pgsql("banned", "banned", postgres.port()),
          pgsql("stranger", "stranger", postgres.port()),
          pgsql("nobody", "admin", Ports.free()),
          mysql("greeting", null, mariadb.port()),
          mysql("let-in", "check", mariadb.port()),
          mysql("locked", "locked", mariadb.port()),
          mysql("stranger", "stranger", mariadb.port()),
          ldap("bound", slapd.port()),
          ldap("refused", shy.port()));
      theirs = haproxy(questions);
      for (Question question : questions) {
        ours.put(question.name(), Checked.verdict(question.port(), question.probe()));
      }
    }
    ours.forEach((name, verdict) ->
        System.out.printf("%s: HAProxy %s, Fairlead %s%n", name, theirs.get(name), verdict));

    // What the server says of the user it says only after it has let him in, where HAProxy has
    // left.
    assertThat(theirs.remove("pgsql-stranger")).startsWith("L7OK ");
    assertThat(ours.remove("pgsql-stranger")).startsWith("L7STS: FATAL 28000: role");
    // A refusal is an answer in the protocol; HAProxy takes this one for another protocol's.
    assertThat(theirs.remove("pgsql-banned")).isEqualTo("L7RSP FATAL");
    assertThat(ours.remove("pgsql-banned")).startsWith("L7STS: FATAL 28000: pg_hba.conf");
    assertThat(codes(ours)).isEqualTo(codes(theirs)).hasSize(9);
  }

  private static Map<String, String> codes(Map<String, String> verdicts) {
    Map<String, String> codes = new TreeMap<>(verdicts);
    codes.replaceAll((name, verdict) -> verdict.replaceFirst("\\W.*", ""));
    return codes;
  }

  private static Question pgsql(String name, String user, int port) {
    return new Question("pgsql-" + name, "pgsql-check user " + user, Probes.postgres(user), port);
  }

  private static Question mysql(String name, @Nullable String user, int port) {
    return user == null
        ? new Question("mysql-" + name, "mysql-check", Probes.mysql(), port)
        : new Question("mysql-" + name, "mysql-check user " + user, Probes.mysql(user), port);
  }

  private static Question ldap(String name, int port) {
    return new Question("ldap-" + name, "ldap-check", Probes.ldap(), port);
  }

  private static Map<String, String> haproxy(List<Question> questions) {
    int admin = Ports.free();
    StringBuilder config = new StringBuilder();
    config.append("global\n  stats socket ipv4@127.0.0.1:" + admin + "\n");
    config.append("defaults\n  mode tcp\n");
    config.append("  timeout connect 5s\n  timeout server 5s\n  timeout check 5s\n");
    for (Question question : questions) {
      config.append("backend " + question.name() + "\n  option " + question.option() + "\n");
      config.append("  server s1 127.0.0.1:" + question.port() + " check inter 1s\n");
    }
    try (RealServer haproxy = RealServer.haproxy(admin, config.toString())) {
      Waits.until("all verdicts", () -> verdicts(haproxy.port()).size() == questions.size());
      return verdicts(haproxy.port());
    }
  }

  /** By backend, for example {@code L7OK 10.11.19-MariaDB}. */
  private static Map<String, String> verdicts(int admin) {
    List<String> lines = new ArrayList<>(ask(admin, "show stat").lines().toList());
    List<String> columns = List.of(lines.get(0).substring(2).split(","));
    Map<String, String> verdicts = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] row = line.split(",", -1);
      String code = row.length < columns.size() ? "" : row[columns.indexOf("check_status")];
      if (code.startsWith("L")) {
        verdicts.put(row[0], code + " " + row[columns.indexOf("last_chk")]);
      }
    }
    return verdicts;
  }

  private static String ask(int port, String command) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write((command + "\n").getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
