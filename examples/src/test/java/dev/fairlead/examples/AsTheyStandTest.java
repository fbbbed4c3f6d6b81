package dev.fairlead.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The README's whole programs, unchanged, in network namespaces of their own, where the addresses that
 * they name exist. Skipped where the system does not let us make one.
 */
class AsTheyStandTest {
  /** Two hosts: the servers' on the other end of a pair of virtual cables, and the proxy's. */
  private static final String NETWORK = """
      trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
      log=$(mktemp)
      ip link set lo up
      ip link add near type veth peer name far
      unshare -n sleep 300 &
      servers=$!
      until [ "$(readlink /proc/$servers/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do :; done
      ip link set far netns $servers
      there="nsenter -t $servers -n"
      for a in 10.0.1.10 10.0.1.11 10.0.1.1 10.0.1.2; do $there ip addr add $a/24 dev far; done
      $there ip link set far up
      ip addr add 10.0.1.254/24 dev near
      ip link set near up
      """;

  @Test
  void the_classic_http_program_proxies_a_request() throws Exception {
    String output = inNamespace(NETWORK
        + java("$there ", "ListeningOrigin", "10.0.1.10 9099")
        + java("$there ", "ListeningOrigin", "10.0.1.11 9099")
        + java("", "ClassicHttp", "")
        + "curl -sS --retry 20 --retry-delay 1 --retry-all-errors http://127.0.0.1:8080/\n"
        + "curl -sS http://127.0.0.1:8080/\n");
    assertThat(output).contains("Hello from 10.0.1.10").contains("Hello from 10.0.1.11");
  }

  @Test
  void the_tcp_program_uses_its_stand_by_when_the_first_server_is_not_there() throws Exception {
    String output = inNamespace(NETWORK
        + java("$there ", "ListeningOrigin", "10.0.1.2 5432")
        + java("", "TcpWithBackup", "")
        + "curl -sS --retry 20 --retry-delay 1 --retry-all-errors http://127.0.0.1:5432/\n");
    assertThat(output).contains("Hello from 10.0.1.2");
  }

  @Test
  void the_main_job_uses_the_servers_of_its_arguments_and_drains_on_sigterm() throws Exception {
    String output = inNamespace(NETWORK
        + java("$there ", "ListeningOrigin", "10.0.1.10 9099")
        + java("$there ", "ListeningOrigin", "10.0.1.11 9099")
        + java("", "MainJob", "10.0.1.10:9099 10.0.1.11:9099").replace(">/dev/null", ">$log")
        + """
        main=$!
        curl -sS --retry 20 --retry-delay 1 --retry-all-errors http://127.0.0.1:8080/
        exec 3<>/dev/tcp/127.0.0.1/9090
        printf 'GET / HTTP/1.0\\r\\n' >&3
        kill -TERM $main
        until grep -q 'tcp-in no longer listens' $log; do :; done
        printf '\\r\\n' >&3
        cat <&3
        exec 3>&-
        wait $main
        echo "ended with $?"
        cat $log
        rm $log
        """);
    assertThat(output)
        .contains("server10 at /10.0.1.10:9099")
        .contains("* http-in no longer listens")
        .contains("HTTP/1.1 200 OK") // of the session that was open when the signal came
        .contains("ended with 143");
  }

  private static String java(String where, String main, String arguments) {
    return "%s\"%s\" -cp \"%s\" dev.fairlead.examples.%s %s >/dev/null 2>&1 &%n"
        .formatted(
            where,
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            main,
            arguments);
  }

  private static String inNamespace(String script) throws IOException, InterruptedException {
    assumeTrue(exit("unshare", "-n", "true") == 0, "no network namespace can be made here");
    assumeTrue(exit("ip", "-V") == 0 && exit("curl", "-V") == 0, "ip or curl is missing");
    Process process = new ProcessBuilder("unshare", "-n", "bash", "-c", script)
        .redirectErrorStream(true)
        .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
      return output;
    } finally {
      process.destroy();
    }
  }

  private static int exit(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    }
  }
}
