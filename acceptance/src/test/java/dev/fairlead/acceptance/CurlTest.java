package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.FileOrigin.Reached;
import dev.fairlead.acceptance.Plan.Member;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** curl in each version it speaks, before origins of each version. */
@Timeout(600)
final class CurlTest {
  private static final int SMALL = 200_000;
  /** mvn verify -Dfairlead.long=true: 1 GiB. */
  private static final long LARGE = Boolean.getBoolean("fairlead.long") ? 1L << 30 : 1L << 26;

  @TempDir
  static Path folder;

  private static Identity identity;
  private static FileOrigin origin;
  private static NettyComplaints complaints;
  private static Path small;
  private static Path large;

  /** How curl is told to speak. */
  enum Version {
    HTTP_1_0("-0", false),
    HTTP_1_1("--http1.1", false),
    HTTP_2("--http2-prior-knowledge", false),
    HTTP_1_1_BY_TLS("--http1.1", true),
    HTTP_2_BY_TLS("--http2", true);

    private final String option;
    private final boolean secure;

    Version(String option, boolean secure) {
      this.option = option;
      this.secure = secure;
    }

    /** As curl writes it; what it is answered in HTTP/1.0 is for the proxy to say. */
    String number() {
      return this == HTTP_2 || this == HTTP_2_BY_TLS ? "2" : "1.1";
    }
  }

  /** From curl to a file. */
  record Way(Version version, Proxy proxy, Reached origin) {}

  @BeforeAll
  static void start() throws IOException {
    complaints = NettyComplaints.open();
    identity = Identity.write(folder);
    small = Contents.write(folder, "small", SMALL);
    large = Contents.write(folder, "large", LARGE);
    origin = FileOrigin.start(folder, identity);
  }

  @AfterAll
  static void stop() {
    origin.close();
    complaints.close();
    assertThat(complaints.all()).isEmpty();
  }

  static List<Way> ways() {
    List<Way> all = new ArrayList<>();
    for (Version version : Version.values()) {
      for (Proxy proxy : Proxy.values()) {
        for (Reached reached : Reached.values()) {
          all.add(new Way(version, proxy, reached));
        }
      }
    }
    return all;
  }

  /** HTTP/1 and 2 to HTTP/1 and 2, and TLS all the way. */
  static List<Way> largeWays() {
    return List.of(
        new Way(Version.HTTP_1_1, Proxy.FAIRLEAD, Reached.HTTP_1),
        new Way(Version.HTTP_1_1, Proxy.FAIRLEAD, Reached.HTTP_2),
        new Way(Version.HTTP_2, Proxy.FAIRLEAD, Reached.HTTP_1),
        new Way(Version.HTTP_2, Proxy.FAIRLEAD, Reached.HTTP_2),
        new Way(Version.HTTP_2_BY_TLS, Proxy.FAIRLEAD, Reached.HTTP_2_BY_TLS));
  }

  private static ProxyUnderTest start(Version version, Proxy proxy, Plan plan) {
    return proxy.start(version.secure ? plan.secure(identity.certificate()) : plan);
  }

  private static ProxyUnderTest start(Way way) {
    return start(way.version, way.proxy, origin.plan(way.origin));
  }

  private static List<String> line(Version version, int port, String... more) {
    List<String> line = new ArrayList<>(List.of(
        "-sSf",
        version.option,
        "--cacert",
        identity.authority().toString(),
        "--connect-to",
        "::127.0.0.1:" + port));
    line.addAll(List.of(more));
    return line;
  }

  private static String url(Version version, String path) {
    return (version.secure ? "https" : "http") + "://" + Identity.NAME + path;
  }

  private static String curl(Version version, int port, String path, String... more) {
    List<String> line = line(version, port, more);
    line.add(url(version, path));
    return Command.start("curl", line.toArray(String[]::new)).output(300);
  }

  private static void downAndUp(Way way, Path file) throws IOException {
    try (ProxyUnderTest running = start(way)) {
      Path got = folder.resolve("got");
      String version = curl(
          way.version,
          running.port(),
          "/" + file.getFileName(),
          "-o",
          got.toString(),
          "-w",
          "%{http_version}");
      if (way.version != Version.HTTP_1_0) {
        assertThat(version).isEqualTo(way.version.number());
      }
      assertThat(Files.mismatch(file, got)).isEqualTo(-1);

      String status =
          curl(way.version, running.port(), "/up/it", "-T", file.toString(), "-w", "%{http_code}");
      assertThat(status).isIn("201", "204");
      assertThat(Files.mismatch(file, origin.uploaded("it"))).isEqualTo(-1);
      Files.delete(origin.uploaded("it"));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_file_goes_down_and_up_whole(Way way) throws IOException {
    downAndUp(way, small);
  }

  @ParameterizedTest
  @MethodSource("largeWays")
  void a_large_file_goes_down_and_up_whole(Way way) throws IOException {
    downAndUp(way, large);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_body_whose_length_nobody_tells_arrives_whole(Way way) throws IOException {
    String body = "of any length\n".repeat(20_000);
    if (way.version == Version.HTTP_1_0) {
      return; // has no such bodies
    }
    try (ProxyUnderTest running = start(way)) {
      List<String> line = line(way.version, running.port(), "-T", "-");
      line.add(url(way.version, "/up/any"));
      Command.Ended ended = Command.end(body, "curl", line.toArray(String[]::new));

      assertThat(ended.exitCode()).as(ended.text()).isZero();
      assertThat(Files.readString(origin.uploaded("any"), StandardCharsets.US_ASCII))
          .isEqualTo(body);
      Files.delete(origin.uploaded("any"));
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_head_and_a_range_are_what_the_origin_makes_of_them(Way way) throws IOException {
    try (ProxyUnderTest running = start(way)) {
      assertThat(curl(way.version, running.port(), "/small", "-I"))
          .containsIgnoringCase("\ncontent-length: " + SMALL + "\r\n");

      Path got = folder.resolve("got");
      String head = curl(
          way.version,
          running.port(),
          "/small",
          "-D",
          "-",
          "-r",
          "1000-1999",
          "-o",
          got.toString());
      assertThat(head)
          .contains(" 206")
          .containsIgnoringCase("\ncontent-range: bytes 1000-1999/" + SMALL + "\r\n");
      byte[] all = Files.readAllBytes(small);
      assertThat(Files.readAllBytes(got)).isEqualTo(Arrays.copyOfRange(all, 1000, 2000));
    }
  }

  @ParameterizedTest
  @EnumSource
  void trailers_arrive_in_the_version_of_the_client(Proxy proxy) {
    try (Http2Origin trailing = Http2Origin.start()) {
      for (Version version : Version.values()) {
        Plan plan = Plan.http(Member.of("a", trailing.port())).http2ToServers();
        try (ProxyUnderTest running = start(version, proxy, plan)) {
          String all = curl(version, running.port(), "/trailers", "-D", "-", "-H", "TE: trailers");

          assertThat(all).contains("hello");
          if (version == Version.HTTP_1_0) {
            assertThat(all.contains("x-sum: 5"))
                .isEqualTo(proxy == Proxy.HAPROXY); // it sends chunks to HTTP/1.0 here
          } else {
            assertThat(all).containsIgnoringCase("x-sum: 5");
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void two_hundred_files_at_once_come_over_one_connection_of_http_2(Way way) {
    if (way.version != Version.HTTP_2_BY_TLS) {
      return; // with prior knowledge, curl 7.88 fails itself
    }
    try (ProxyUnderTest running = start(way)) {
      List<String> line = line(
          way.version,
          running.port(),
          "-Z",
          "--parallel-max",
          "100",
          "-w",
          "%{http_code} %{http_version} %{size_download} %{num_connects}\n");
      for (String url : Collections.nCopies(200, url(way.version, "/small"))) {
        line.addAll(List.of("-o", "/dev/null", url));
      }
      List<String> told = Command.run("curl", line.toArray(String[]::new))
          .lines()
          .filter(l -> l.startsWith("200 ")) // not the progress
          .toList();

      assertThat(told).hasSize(200).allMatch(l -> l.startsWith("200 2 " + SMALL));
      assertThat(told).filteredOn(l -> l.endsWith(" 1")).hasSize(1);
    }
  }
}
