package dev.fairlead.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.FileOrigin.Reached;
import dev.fairlead.acceptance.Plan.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The clients of nghttp2: nghttp, which frames in every way that is allowed, and h2load, which hurries. */
@Timeout(300)
final class NghttpTest {
  private static final int SIZE = 300_000;
  private static final int REQUESTS = Boolean.getBoolean("fairlead.long") ? 200_000 : 5000;
  private static final List<String> PADDED = List.of("--padding=200");
  /** Ways to say and hear the same. */
  private static final List<List<String>> MANNERS = List.of(
      List.of(),
      PADDED,
      List.of("--continuation"),
      List.of("--window-bits=8", "--connection-window-bits=16"),
      List.of("--header-table-size=0"),
      List.of("--header-table-size=0", "--header-table-size=8K"),
      List.of("--encoder-header-table-size=0"),
      List.of("--no-dep"));
  /** Few connections with many streams, many with few, and as many as HTTP/1.1 has. */
  private static final List<List<String>> LOADS = List.of(
      List.of("-c", "2", "-m", "100"),
      List.of("-c", "50", "-m", "2", "--window-bits=10"),
      List.of("-c", "20", "--h1"));

  @TempDir
  static Path folder;

  private static Identity identity;
  private static FileOrigin origin;
  private static NettyComplaints complaints;
  private static Path file;

  @BeforeAll
  static void start() throws IOException {
    complaints = NettyComplaints.open();
    identity = Identity.write(folder);
    file = Contents.write(folder, "file", SIZE);
    Files.writeString(folder.resolve("short"), "x".repeat(1000));
    origin = FileOrigin.start(folder, identity);
  }

  @AfterAll
  static void stop() {
    origin.close();
    complaints.close();
    assertThat(complaints.all()).isEmpty();
  }

  /** Through whom, and in what way to the origin. */
  record Way(Proxy proxy, boolean secure, Reached origin) {
    ProxyUnderTest start() {
      Plan plan =
          NghttpTest.origin.plan(origin).headBytes(64 * 1024); // CONTINUATION needs more than 16
      return proxy.start(secure ? plan.secure(identity.certificate()) : plan);
    }

    String url(ProxyUnderTest running, String path) {
      return (secure ? "https" : "http") + "://127.0.0.1:" + running.port() + path;
    }
  }

  static List<Way> ways() {
    List<Way> all = new ArrayList<>();
    for (Proxy proxy : Proxy.values()) {
      for (Reached reached : Reached.values()) {
        all.add(new Way(proxy, false, reached));
        all.add(new Way(proxy, true, reached));
      }
    }
    return all;
  }

  private static String nghttp(List<String> options, String... more) {
    List<String> line = new ArrayList<>(List.of("-y"));
    line.addAll(options);
    line.addAll(List.of(more));
    return Command.run("nghttp", line.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_file_arrives_whole_however_it_is_asked_for(Way way) throws IOException {
    String expected = Files.readString(file, ISO_8859_1);
    try (ProxyUnderTest running = way.start()) {
      for (List<String> manner : MANNERS) {
        String got = nghttp(manner, way.url(running, "/file"));

        assertThat(got.equals(expected))
            .as("%s: %d bytes", manner, got.length())
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_file_leaves_whole_however_it_is_sent(Way way) throws IOException {
    List<List<String>> manners = new ArrayList<>(MANNERS);
    manners.add(List.of("--no-content-length"));
    manners.add(List.of("--expect-continue"));
    if (way.proxy == Proxy.HAPROXY) {
      manners.remove(PADDED); // of which it does not always take in all
    }
    try (ProxyUnderTest running = way.start()) {
      for (List<String> manner : manners) {
        String told =
            nghttp(manner, "-d", file.toString(), "-H:method: PUT", way.url(running, "/up/it"));

        assertThat(origin.uploaded("it")).as("%s: %s", manner, told).hasSameBinaryContentAs(file);
        Files.delete(origin.uploaded("it"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void trailers_and_interim_answers_arrive(Proxy proxy) {
    try (Http2Origin talking = Http2Origin.start();
        ProxyUnderTest running =
            proxy.start(Plan.http(Member.of("a", talking.port())).http2ToServers())) {
      String url = "http://127.0.0.1:" + running.port();
      List<String> wordy = List.of("-v", "-H", "te: trailers");

      assertThat(nghttp(wordy, "-d", file.toString(), "--trailer=x-check: 4", url + "/trailers"))
          .contains("x-sum: 5")
          .contains("x-seen: [{x-check=4}]");
      assertThat(talking.exchange(0).body()).hasSize(SIZE);
      assertThat(nghttp(wordy, url + "/early")).contains(":status: 103").contains(":status: 200");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void every_request_of_many_is_answered_once(Way way) {
    String version = way.origin == Reached.HTTP_1 ? "HTTP/1.1" : "HTTP/2.0";
    for (List<String> manner : LOADS) {
      if (manner.contains("--h1") && way.proxy == Proxy.HAPROXY && way.origin != Reached.HTTP_1) {
        continue; // h2load counts no answer without a reason phrase, and HAProxy makes up none
      }
      long before = origin.answered(version, 200);
      try (ProxyUnderTest running = way.start()) {
        String told = h2load(manner, "-n", String.valueOf(REQUESTS), way.url(running, "/short"));

        assertThat(told)
            .as("%s", manner)
            .contains(" " + REQUESTS + " succeeded, 0 failed, 0 errored, 0 timeout")
            .contains("status codes: " + REQUESTS + " 2xx, 0 3xx, 0 4xx, 0 5xx");
      }
      Waits.until(
          "as many answers of the origin",
          () -> origin.answered(version, 200) == before + REQUESTS);
    }
  }

  /** HAProxy hands on a refusal to the client, which is to try again. */
  @ParameterizedTest
  @EnumSource
  void an_origin_that_ends_its_connections_costs_no_request(Reached reached) {
    try (FileOrigin restless = FileOrigin.start(folder, identity, 100);
        ProxyUnderTest running = Proxy.FAIRLEAD.start(restless.plan(reached))) {
      String url = "http://127.0.0.1:" + running.port();
      List<String> many = List.of("-n", String.valueOf(REQUESTS), "-c", "10", "-m", "20");

      assertThat(h2load(many, url + "/short"))
          .contains("status codes: " + REQUESTS + " 2xx, 0 3xx, 0 4xx, 0 5xx");
      assertThat(h2load(many, "-d", folder.resolve("short").toString(), url + "/took"))
          .contains("status codes: " + REQUESTS + " 2xx, 0 3xx, 0 4xx, 0 5xx");
    }
  }

  private static String h2load(List<String> options, String... more) {
    List<String> line = new ArrayList<>(options);
    line.addAll(List.of(more));
    return Command.start("h2load", line.toArray(String[]::new)).output(200);
  }
}
