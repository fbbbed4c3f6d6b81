package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.Probes;
import dev.fairlead.health.TcpScript;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.ScriptedServer.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The same conversation as HAProxy's {@code tcp-check} and as a script: both come to the same code. */
final class TcpScriptReferenceTest {
  private static final Duration TIMEOUT = Duration.ofMillis(400);
  private static final TcpScript NONE = Probes.script();

  /** What a server says, and what is made of it; the lines without {@code tcp-check}. */
  private record Scene(Script server, List<String> haproxy, TcpScript fairlead) {}

  private record Running(String name, Scene scene, ScriptedServer server) {
    String backend() {
      return name.replace(' ', '-');
    }
  }

  private static Map<String, Scene> scenes() {
    Map<String, Scene> all = new LinkedHashMap<>();
    all.put("nothing asked", scene(open(""), NONE));
    all.put("sent only", scene(open(""), NONE.send("hello"), "send hello"));
    all.put("there", scene(open("+PONG"), NONE.expect("+PONG"), "expect string +PONG"));
    all.put("not there", scene(open("-ERR"), NONE.expect("+PONG"), "expect string +PONG"));
    all.put(
        "not there at the end", scene(closed("-ERR"), NONE.expect("+PONG"), "expect string +PONG"));
    all.put(
        "not there in so many bytes",
        scene(
            open("-ERR."),
            NONE.expectRegex("^.PONG").minReceived(4),
            "expect min-recv 4 rstring ^.PONG"));
    all.put(
        "not so many bytes",
        scene(open("+PO"), NONE.expect("+P").minReceived(99), "expect min-recv 99 string +P"));
    all.put(
        "fewer bytes than looked for",
        scene(open("we"), NONE.expect("well").minReceived(1), "expect min-recv 1 string well"));
    all.put(
        "the first bytes settle it",
        scene(
            open("well"), NONE.expectRegex("ill").minReceived(0), "expect min-recv 0 rstring ill"));
    all.put("unwanted", scene(open("-ERR"), NONE.reject("ERR"), "expect ! string ERR"));
    all.put("unwanted may come yet", scene(open("+OK"), NONE.reject("ERR"), "expect ! string ERR"));
    all.put(
        "unwanted did not come", scene(closed("+OK"), NONE.reject("ERR"), "expect ! string ERR"));
    all.put(
        "unwanted did not come in so many bytes",
        scene(
            open("+OK"),
            NONE.rejectRegex("ERR").minReceived(3),
            "expect min-recv 3 ! rstring ERR"));
    all.put("nothing came", scene(closed(""), NONE.expect("+OK"), "expect string +OK"));
    all.put("nothing unwanted came", scene(closed(""), NONE.reject("ERR"), "expect ! string ERR"));
    all.put("binary", scene(open("+OK"), NONE.expectBinary("2b4F4b"), "expect binary 2b4F4b"));
    all.put(
        "unwanted binary", scene(open("+OK"), NONE.rejectBinary("4f4b"), "expect ! binary 4f4b"));
    all.put(
        "binary in capitals",
        scene(open("+OK"), NONE.expectBinaryRegex("^2B4F"), "expect rbinary ^2B4F"));
    all.put(
        "binary not in capitals",
        scene(closed("+OK"), NONE.expectBinaryRegex("^2b4f"), "expect rbinary ^2b4f"));
    all.put(
        "the same bytes twice",
        scene(
            open("one two"),
            NONE.expect("two").expect("one"),
            "expect string two",
            "expect string one"));
    all.put(
        "sending forgets",
        scene(
            dialogue(),
            NONE.expect("one").send("!").expect("one"),
            "expect string one",
            "send !",
            "expect string one"));
    all.put(
        "a dialogue",
        scene(
            dialogue(),
            NONE.expect("one").sendBinary("21").expectRegex("^tw.$").comment("second"),
            "expect string one",
            "send-binary 21",
            "expect comment second rstring ^tw.$"));
    all.put("far too much", scene(open("x".repeat(40_000)), NONE.expect("y"), "expect string y"));
    return all;
  }

  @Test
  void every_conversation_ends_as_haproxys_does() {
    List<Running> all = new ArrayList<>();
    try {
      scenes()
          .forEach((name, scene) ->
              all.add(new Running(name, scene, ScriptedServer.start(scene.server()))));
      Map<String, String> theirs = haproxys(all);
      Map<String, String> ours = new LinkedHashMap<>();
      for (Running each : all) {
        String verdict = Checked.verdict(each.server().port(), each.scene().fairlead(), TIMEOUT);
        ours.put(each.name(), verdict.replaceFirst(":.*", ""));
      }
      assertThat(theirs).containsEntry("there", "L7OK").containsEntry("not there", "L7TOUT");
      assertThat(ours).containsExactlyEntriesOf(theirs);
    } finally {
      all.forEach(each -> each.server().close());
    }
  }

  private static Map<String, String> haproxys(List<Running> all) {
    int admin = Ports.free();
    StringBuilder config = new StringBuilder("""
        global
          stats socket ipv4@127.0.0.1:%d level admin
        defaults
          mode tcp
          option tcp-check
          timeout connect 5s
          timeout check %dms
        """.formatted(admin, TIMEOUT.toMillis()));
    for (Running each : all) {
      config.append("backend ").append(each.backend()).append('\n');
      each.scene()
          .haproxy()
          .forEach(line -> config.append("  tcp-check ").append(line).append('\n'));
      int port = each.server().port();
      config.append("  server a 127.0.0.1:").append(port).append(" check inter 2s\n");
    }
    Map<String, String> codes = new LinkedHashMap<>();
    try (RealServer process = RealServer.haproxy(admin, config.toString())) {
      assertThat(process.port()).isEqualTo(admin);
      for (Running each : all) {
        String row = each.backend() + ",a,";
        Waits.until(each.name(), () -> code(admin, row).startsWith("L"));
        codes.put(each.name(), code(admin, row));
      }
    }
    return codes;
  }

  private static String code(int admin, String row) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), admin)) {
      socket.getOutputStream().write("show stat\n".getBytes(ISO_8859_1));
      String table = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      List<String> head = List.of(table.lines().findFirst().orElse("").split(",", -1));
      return table
          .lines()
          .filter(line -> line.startsWith(row))
          .map(line -> line.split(",", -1)[head.indexOf("check_status")])
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Scene scene(Script server, TcpScript fairlead, String... haproxy) {
    return new Scene(server, List.of(haproxy), fairlead);
  }

  private static Script open(String text) {
    return client -> {
      client.write(text);
      client.readAll();
    };
  }

  private static Script closed(String text) {
    return client -> {
      client.write(text);
      client.closeOutput();
      client.readAll();
    };
  }

  private static Script dialogue() {
    return client -> {
      client.write("one");
      client.readUntil("!");
      client.write("two");
      client.readAll();
    };
  }
}
