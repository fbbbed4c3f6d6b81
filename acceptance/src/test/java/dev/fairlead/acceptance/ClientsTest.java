package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The habits of real clients and origins: kept connections, old versions, ranges, 100-continue. */
final class ClientsTest {
  private static final int SIZE = 200_000;

  @TempDir
  Path folder;

  private Path file;
  private Nginx a;
  private ProxyUnderTest proxy;

  @BeforeEach
  void start() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    file = Contents.write(folder, "file", SIZE);
    a = Nginx.start("a", folder);
    proxy = Proxy.FAIRLEAD.start(Plan.http(Member.of("a", a.port())));
  }

  @AfterEach
  void stop() {
    proxy.close();
    a.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + proxy.port() + path;
  }

  @Test
  void requests_of_one_client_share_one_upstream_connection() throws IOException {
    try (RawClient client = RawClient.connect(proxy.port())) {
      for (int i = 0; i < 50; i++) {
        assertThat(client.send(RawClient.head("GET", "/file")).response().body())
            .hasSize(SIZE);
      }
    }

    assertThat(a.log()).hasSize(50);
    assertThat(upstreamConnections()).hasSize(1);
  }

  @Test
  void clients_that_come_one_after_the_other_share_connections_too() {
    List<String> arguments = new ArrayList<>(List.of("-sf"));
    for (int i = 0; i < 20; i++) {
      arguments.addAll(List.of("-o", folder.resolve("got").toString(), url("/file")));
    }
    int loops = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < 3 * loops; i++) {
      Command.run("curl", arguments.toArray(String[]::new));
    }

    assertThat(a.log()).hasSize(3 * loops * 20);
    assertThat(upstreamConnections()).hasSizeLessThanOrEqualTo(loops); // each has its own pool
  }

  private List<String> upstreamConnections() {
    return a.log().stream().map(line -> line.split(" ", 2)[0]).distinct().toList();
  }

  @Test
  void a_client_of_http_1_0_gets_a_body_that_it_understands() throws IOException {
    Path got = folder.resolve("got");
    for (String path : List.of("/file", "/chunked/file")) {
      String head = Command.run("curl", "-0", "-sfD", "-", "-o", got.toString(), url(path));

      assertThat(head).startsWith("HTTP/1.").doesNotContainIgnoringCase("Transfer-Encoding");
      assertThat(Files.mismatch(file, got)).isEqualTo(-1);
    }
  }

  @Test
  void head_tells_the_length_and_sends_no_body() {
    String head = Command.run("curl", "-sfI", url("/file"), url("/file"));

    assertThat(head.split("Content-Length: " + SIZE, -1)).hasSize(3); // both, on one connection
  }

  @Test
  void a_range_is_what_the_origin_makes_of_it() throws IOException {
    Path got = folder.resolve("got");
    String head =
        Command.run("curl", "-sfD", "-", "-r", "1000-1999", "-o", got.toString(), url("/file"));

    assertThat(head).contains(" 206 ").contains("Content-Range: bytes 1000-1999/" + SIZE);
    byte[] all = Files.readAllBytes(file);
    assertThat(Files.readAllBytes(got)).isEqualTo(Arrays.copyOfRange(all, 1000, 2000));
  }

  @Test
  void a_client_that_expects_100_continue_is_told_to_continue() throws IOException {
    String talk = Command.run(
        "curl",
        "-sfv",
        "-H",
        "Expect: 100-continue",
        "--expect100-timeout",
        "20",
        "-T",
        file.toString(),
        url("/up/expected"));

    assertThat(talk).contains("HTTP/1.1 100 Continue").contains("HTTP/1.1 201 Created");
    assertThat(Files.mismatch(file, a.uploaded("expected"))).isEqualTo(-1);
  }
}
