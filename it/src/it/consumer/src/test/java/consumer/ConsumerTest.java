package consumer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.fairlead.LoadBalancer;
import dev.fairlead.balance.Balancers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Run twice: on the module path and on the class path. */
@Timeout(60)
final class ConsumerTest {
  private final HttpServer origin = originOnFreePort();

  @BeforeEach
  void start_the_origin() {
    origin.createContext("/", exchange -> {
      byte[] body = ("seen " + exchange.getRequestURI()).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    origin.start();
  }

  @AfterEach
  void stop_the_origin() {
    origin.stop(0);
  }

  @Test
  void a_request_passes_through_to_the_origin() throws Exception {
    try (LoadBalancer lb = Proxy.inFrontOf(origin.getAddress().getPort())) {
      int port = ((InetSocketAddress) lb.address("web")).getPort();
      HttpRequest request = HttpRequest.newBuilder(
              URI.create("http://127.0.0.1:" + port + "/a?b=c"))
          .timeout(Duration.ofSeconds(30))
          .build();

      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString());

      assertEquals(200, response.statusCode());
      assertEquals("seen /a?b=c", response.body());
    }
  }

  @Test
  void a_strategy_of_the_users_own_is_found_by_its_name() {
    String user = Balancers.named("by-user").toString();
    String session = Balancers.named("by-user", Map.of("header", "x-session")).toString();

    assertTrue(user.contains("header(x-user)"), user);
    assertTrue(session.contains("header(x-session)"), session);
  }

  @Test
  void an_unknown_name_is_refused_with_those_that_are_known() {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Balancers.named("no-such"));

    assertEquals("name: no-such (expected: by-user)", refusal.getMessage());
  }

  @Test
  void fairlead_is_where_this_run_says_it_is() {
    boolean named = LoadBalancer.class.getModule().isNamed();

    assertEquals(Boolean.getBoolean("consumer.modulePath"), named);
  }

  private static HttpServer originOnFreePort() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
