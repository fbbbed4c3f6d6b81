package dev.fairlead.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.fairlead.config.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** Two web servers inside this process, so that the examples have something to balance. */
final class Origins {
  private Origins() {}

  static List<Server> start() throws IOException {
    List<Server> servers = new ArrayList<>();
    for (String name : List.of("server10", "server11")) {
      servers.add(Server.of(name, "127.0.0.1", start(name).getAddress().getPort()));
    }
    return servers;
  }

  static HttpServer start(String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AtomicBoolean healthy = new AtomicBoolean(true);
    server.setExecutor(Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    }));
    server.createContext("/", exchange -> {
      List<String> forwarded =
          exchange.getRequestHeaders().getOrDefault("X-Forwarded-For", List.of());
      String from = forwarded.isEmpty() ? "" : " for " + String.join(", ", forwarded);
      answer(exchange, 200, "Hello from " + name + from + "\n");
    });
    server.createContext(
        "/heartbeat.html",
        exchange -> answer(exchange, healthy.get() ? 200 : 503, "I am " + name + "\n"));
    server.createContext("/health", exchange -> {
      byte[] body = exchange.getRequestBody().readAllBytes();
      healthy.set(!new String(body, StandardCharsets.UTF_8).contains("false"));
      answer(exchange, 200, name + " is " + (healthy.get() ? "healthy" : "sick") + "\n");
    });
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }
}
