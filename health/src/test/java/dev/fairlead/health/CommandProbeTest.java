package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.testkit.Await;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real programs, through the shell. */
class CommandProbeTest {
  private static final Duration PATIENCE = ofSeconds(10);
  private static final SocketAddress SERVER =
      InetSocketAddress.createUnresolved("db.example", 5432);

  private static Interview interview;

  @TempDir
  Path folder;

  @BeforeAll
  static void start() {
    interview = new Interview();
  }

  @AfterAll
  static void stop() {
    interview.close();
  }

  @AfterEach
  void no_thread_is_left() {
    Await.until(
        "all threads gone",
        PATIENCE,
        () -> Thread.getAllStackTraces().keySet().stream()
            .noneMatch(thread -> thread.getName().startsWith("fairlead-check-")));
    assertThat(ProcessHandle.current().children()).isEmpty();
  }

  @Test
  void exit_code_0_passes_with_the_last_line() throws Exception {
    assertThat(verdict(Probes.command("true"))).isEqualTo("PROCOK: ");
    assertThat(verdict(shell("echo one; echo two >&2; echo"))).isEqualTo("PROCOK: two");
  }

  @Test
  void any_other_exit_code_fails_with_the_last_line() throws Exception {
    assertThat(verdict(Probes.command("false"))).isEqualTo("PROCERR: exit 1");
    assertThat(verdict(shell("echo fine; printf 'lag: \\033[31m17 s' >&2; exit 3")))
        .isEqualTo("PROCERR: exit 3: lag: ?[31m17 s");
    assertThat(verdict(shell("kill -9 $$"))).isEqualTo("PROCERR: exit 137");
  }

  @Test
  void a_program_that_cannot_be_run_fails() throws Exception {
    assertThat(verdict(Probes.command("/no/such/program")))
        .startsWith("PROCERR: Cannot run program \"/no/such/program\"");
    assertThat(verdict(Probes.command("true").directory(folder.resolve("gone"))))
        .startsWith("PROCERR: Cannot run program \"true\"");
  }

  @Test
  void it_is_told_whom_to_check_as_haproxy_tells_it() throws Exception {
    CommandProbe probe = shell(
            "echo $HAPROXY_PROXY_NAME $HAPROXY_SERVER_NAME $HAPROXY_SERVER_ADDR:$HAPROXY_SERVER_PORT"
                + " $OWN \"$HOME\" $(pwd) $*")
        .environment("OWN", "a b")
        .directory(folder)
        .haproxyArguments();
    assertThat(verdict(probe))
        .isEqualTo("PROCOK: app s1 db.example:5432 a b  " + folder.toRealPath()
            + " NOT_USED db.example 5432"); // the first NOT_USED is the shell's $0
    assertThat(interview.at(new LocalAddress("app"), HealthCheck.of(probe)))
        .endsWith(" NOT_USED local:app NOT_USED");
  }

  @Test
  void at_the_timeout_it_is_killed_with_all_it_has_started() throws Exception {
    Path pids = folder.resolve("pids");
    CommandProbe probe =
        shell("sleep 600 & echo $! > " + pids + "; sleep 600 & echo $! >> " + pids + "; wait");
    assertThat(verdict(HealthCheck.of(probe).timeout(ofMillis(500))))
        .isEqualTo("PROCTOUT: had not ended, killed");
    for (String pid : Files.readAllLines(pids)) {
      Await.until("killed", PATIENCE, () -> gone(pid));
    }
  }

  @Test
  void it_is_killed_when_the_watch_ends() throws Exception {
    Path pid = folder.resolve("pid");
    FakeServer server = new FakeServer(interview.loop(), SERVER);
    CommandProbe probe = shell("echo $$ > " + pid + "; exec sleep 600");
    AutoCloseable watch = on(server.loop(), HealthCheck.of(probe).every(ofSeconds(60)), server);
    Await.until("started", PATIENCE, () -> Files.exists(pid) && !read(pid).isBlank());
    server
        .loop()
        .submit(() -> {
          watch.close();
          return true;
        })
        .get();
    Await.until("killed", PATIENCE, () -> gone(read(pid).strip()));
    assertThat(server.checked).isEmpty();
  }

  @Test
  void what_it_leaves_running_with_its_output_open_is_not_waited_for() throws Exception {
    Path pid = folder.resolve("pid");
    try {
      assertThat(verdict(shell("sleep 600 & echo $! > " + pid + "; echo started")))
          .isEqualTo("PROCOK: started");
    } finally {
      ProcessHandle.of(Long.parseLong(read(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void output_without_end_neither_blocks_it_nor_is_kept() throws Exception {
    assertThat(verdict(shell("head -c 1000000 /dev/zero | tr '\\0' x; echo; echo done")))
        .isEqualTo("PROCOK: done");
    assertThat(verdict(HealthCheck.of(Probes.command("yes")).timeout(ofMillis(300))))
        .isEqualTo("PROCTOUT: had not ended, killed");
  }

  @Test
  void one_that_writes_faster_than_anybody_reads_is_killed_too() throws Exception {
    CommandProbe probe = shell("yes '' & exec yes ''");
    assertThat(verdict(HealthCheck.of(probe).timeout(ofMillis(300))))
        .isEqualTo("PROCTOUT: had not ended, killed");
  }

  @Test
  void it_has_nothing_to_read() throws Exception {
    assertThat(verdict(shell("cat; echo read"))).isEqualTo("PROCOK: read");
  }

  @Test
  void it_is_a_value_that_does_not_tell_its_arguments() {
    CommandProbe probe = Probes.command("check", "--password", "hush").environment("A", "b");
    assertThat(probe)
        .hasToString("command check")
        .isEqualTo(Probes.command("check", "--password", "hush").environment("A", "b"))
        .isNotEqualTo(probe.haproxyArguments())
        .isNotEqualTo(probe.directory(folder))
        .isNotEqualTo(probe.environment("A", "c"));
    assertThatThrownBy(Probes::command)
        .hasMessage("command: none (expected: a program, and its arguments)");
    assertThatThrownBy(() -> Probes.command("a\0b"))
        .hasMessage("command: 'a?b' (expected: text without NUL)");
    assertThatThrownBy(() -> probe.environment("A=B", "c"))
        .hasMessage("name: 'A=B' (expected: letters, digits and underscores)");
  }

  private static CommandProbe shell(String script) {
    return Probes.command("sh", "-c", script);
  }

  private static String verdict(Probe probe) throws Exception {
    return verdict(HealthCheck.of(probe).timeout(PATIENCE));
  }

  private static String verdict(HealthCheck check) throws Exception {
    return interview.at(SERVER, check);
  }

  private static AutoCloseable on(EventLoop loop, HealthCheck check, FakeServer server)
      throws Exception {
    return loop.submit(() -> check.watch(server)).get();
  }

  /** Gone, or dead and waiting for a parent that is none of ours. */
  private static boolean gone(String pid) {
    Path stat = Path.of("/proc", pid, "stat");
    return ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty()
        || !Files.exists(stat)
        || read(stat).replaceFirst(".*\\) ", "").startsWith("Z");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
