package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What goes in comes out, byte for byte: real origins, real clients, both ways, up to 100 MiB. */
final class ContentsTest {
  private static final List<Integer> SIZES =
      List.of(0, 1, 1024, 65_536, 1024 * 1024 + 1, 100 * 1024 * 1024);

  @TempDir
  static Path folder;

  private static Nginx a;
  private static Nginx b;

  private static final HttpClient JDK =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (int size : SIZES) {
      Contents.write(folder, String.valueOf(size), size);
    }
    a = Nginx.start("a", folder);
    b = Nginx.start("b", folder);
  }

  @AfterAll
  static void stop() {
    a.close();
    b.close();
  }

  private static ProxyUnderTest proxy(Mode mode) {
    return Proxy.FAIRLEAD.start(Plan.of(mode, Member.of("a", a.port()), Member.of("b", b.port())));
  }

  private static List<Arguments> everySize() {
    List<Arguments> all = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      SIZES.forEach(size -> all.add(Arguments.of(mode, size)));
    }
    return all;
  }

  private static String url(ProxyUnderTest proxy, String path) {
    return "http://127.0.0.1:" + proxy.port() + path;
  }

  private static void assertSame(Path actual, int size) throws IOException {
    assertThat(Files.size(actual)).isEqualTo(size);
    assertThat(Files.mismatch(folder.resolve(String.valueOf(size)), actual)).isEqualTo(-1);
    Files.delete(actual);
  }

  @ParameterizedTest
  @MethodSource("everySize")
  void curl_downloads_what_nginx_has(Mode mode, int size) throws IOException {
    Path got = folder.resolve("got");
    try (ProxyUnderTest running = proxy(mode)) {
      Command.run("curl", "-sf", "-o", got.toString(), url(running, "/" + size));
      assertSame(got, size);
      // Without a length: chunked from the origin on.
      Command.run("curl", "-sf", "-o", got.toString(), url(running, "/chunked/" + size));
      assertSame(got, size);
    }
  }

  @ParameterizedTest
  @MethodSource("everySize")
  void curl_uploads_what_nginx_then_has(Mode mode, int size) throws IOException {
    String file = folder.resolve(String.valueOf(size)).toString();
    try (ProxyUnderTest running = proxy(mode)) {
      Command.run("curl", "-sf", "-T", file, url(running, "/up/by-length"));
      assertSame(a.uploaded("by-length"), size);
      if (size > 0) { // curl forgets the last chunk of an empty file
        Command.run(
            "curl",
            "-sf",
            "-H",
            "Transfer-Encoding: chunked",
            "-T",
            file,
            url(running, "/up/chunks"));
        assertSame(a.uploaded("chunks"), size);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everySize")
  void the_jdks_client_downloads_and_uploads_the_same(Mode mode, int size) throws Exception {
    Path source = folder.resolve(String.valueOf(size));
    try (ProxyUnderTest running = proxy(mode)) {
      HttpResponse<Path> response = JDK.send(
          HttpRequest.newBuilder(URI.create(url(running, "/" + size))).build(),
          BodyHandlers.ofFile(folder.resolve("got")));
      assertThat(response.statusCode()).isEqualTo(200);
      assertSame(response.body(), size);

      put(running, "/up/by-length", BodyPublishers.ofFile(source));
      assertSame(a.uploaded("by-length"), size);
      // A publisher that does not know its length: chunked.
      put(running, "/up/chunks", BodyPublishers.fromPublisher(BodyPublishers.ofFile(source)));
      assertSame(a.uploaded("chunks"), size);
    }
  }

  private static void put(ProxyUnderTest proxy, String path, BodyPublisher body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url(proxy, path))).PUT(body).build();
    assertThat(JDK.send(request, BodyHandlers.discarding()).statusCode()).isBetween(200, 204);
  }

  @ParameterizedTest
  @EnumSource
  void wrk_sees_only_the_right_contents(Mode mode) throws IOException {
    Path script = folder.resolve("compare.lua");
    Files.writeString(script, """
        local file = io.open("%s", "rb")
        local expected = file:read("*a")
        local threads = {}
        wrong, right = 0, 0
        function setup(thread) table.insert(threads, thread) end
        function response(status, headers, body)
          if status == 200 and body == expected then right = right + 1 else wrong = wrong + 1 end
        end
        function done()
          local r, w = 0, 0
          for _, t in ipairs(threads) do r = r + t:get("right"); w = w + t:get("wrong") end
          print("right " .. r .. " wrong " .. w)
        end
        """.formatted(folder.resolve("65536")));
    try (ProxyUnderTest running = proxy(mode)) {
      String output = Command.run(
          "wrk", "-t1", "-c16", "-d1s", "-s", script.toString(), url(running, "/65536"));

      assertThat(output).containsPattern("right [1-9]\\d* wrong 0").doesNotContain("Socket errors");
    }
  }
}
