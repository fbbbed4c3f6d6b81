package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.acceptance.Plan.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real browser on a page with many resources, which reports what it got. */
@Timeout(120)
final class ChromiumTest {
  private static final int RESOURCES = 200;

  @TempDir
  Path folder;

  /** A proxy and what is spoken on its two sides. */
  record Way(Proxy proxy, Hop clients, Hop servers) {
    @Override
    public String toString() {
      return clients + " to " + proxy + " by " + servers;
    }
  }

  static Stream<Way> ways() {
    return Stream.of(Proxy.values())
        .flatMap(proxy -> Stream.of(Hop.HTTP, Hop.HTTPS, Hop.H2)
            .flatMap(clients ->
                Stream.of(Hop.HTTP, Hop.H2C).map(servers -> new Way(proxy, clients, servers))));
  }

  /** Counts what runs, and tells it with the protocols by which it came. */
  private static Map<String, String> pages() {
    StringBuilder page = new StringBuilder("<!DOCTYPE html><script>var loaded = 0;</script>");
    Map<String, String> pages = new HashMap<>();
    for (int i = 0; i < RESOURCES; i++) {
      page.append("<script src='/").append(i).append(".js'></script>");
      pages.put("/" + i + ".js", "loaded++;" + " ".repeat(i * 50));
    }
    pages.put("/page", page + """
        <script>
        const protocols = performance.getEntriesByType('resource').map(e => e.nextHopProtocol);
        const request = new XMLHttpRequest();
        request.open('POST', '/report', false);
        request.send([loaded, ...protocols].join(' '));
        </script>""");
    return pages;
  }

  /** Loads one page to its end. */
  private void load(Hop hop, int port) {
    String site = "site.example:" + (hop.tls() ? 443 : 80);
    List<String> options = new ArrayList<>(List.of(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--ignore-certificate-errors",
        "--host-resolver-rules=MAP " + site + " 127.0.0.1:" + port,
        "--user-data-dir=" + folder.resolve("profile"),
        "--dump-dom"));
    if (!hop.http2()) {
      options.add("--disable-http2");
    }
    options.add(hop.scheme() + "://site.example/page");
    Command.run("chromium", options.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void a_page_with_200_resources_loads(Way way) throws Exception {
    try (WebOrigin origin = WebOrigin.start(way.servers(), pages());
        ProxyUnderTest running = way.proxy()
            .start(Plan.http(Member.of("a", origin.port())).hops(way.clients(), way.servers()))) {
      load(way.clients(), running.port());

      List<String> expected = new ArrayList<>(
          Collections.nCopies(RESOURCES, way.clients().http2() ? "h2" : "http/1.1"));
      expected.add(0, String.valueOf(RESOURCES));
      assertThat(origin.report().split(" ")).containsExactlyElementsOf(expected);
    }
  }

  /** Ends to load when the test has heard the report and answers the image. */
  private static final String CHAT = """
      <!DOCTYPE html>
      <script>
      const chat = new WebSocket(location.origin.replace('http', 'ws') + '/chat');
      chat.onopen = () => chat.send('hello');
      chat.onmessage = said => fetch('/report', {method: 'POST', body: said.data});
      chat.onclose = end => fetch('/report', {method: 'POST', body: 'closed: ' + end.code});
      </script>
      <img src="/held/until-reported">""";

  @ParameterizedTest
  @MethodSource("ways")
  void a_page_opens_a_websocket(Way way) throws Exception {
    try (WebOrigin origin = WebOrigin.start(way.servers(), Map.of("/page", CHAT));
        ProxyUnderTest running = way.proxy()
            .start(Plan.http(Member.of("a", origin.port())).hops(way.clients(), way.servers()))) {
      CompletableFuture<Void> loaded =
          CompletableFuture.runAsync(() -> load(way.clients(), running.port()));
      assertThat(origin.report()).isEqualTo("hello");
      HeldAnswer image = origin.held();
      image.head("image/png");
      image.end();
      loaded.get(60, TimeUnit.SECONDS);

      Waits.until("the end of the chat", () -> chats(running).count() == 1);
      // By extended CONNECT, or else by an upgrade on a connection of its own.
      assertThat(chats(running).findFirst().orElseThrow())
          .endsWith(way.clients().http2() ? " HTTP/2.0\"" : " HTTP/1.1\"");
    }
  }

  private static Stream<String> chats(ProxyUnderTest proxy) {
    return proxy.log().stream().map(AccessLine::text).filter(line -> line.contains("/chat"));
  }
}
