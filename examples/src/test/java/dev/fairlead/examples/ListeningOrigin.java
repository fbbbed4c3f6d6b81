package dev.fairlead.examples;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** An origin as a process of its own: address and port are its arguments. */
final class ListeningOrigin {
  private ListeningOrigin() {}

  public static void main(String[] args) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(args[0], Integer.parseInt(args[1])), 0);
    byte[] body = ("Hello from " + args[0] + "\n").getBytes(StandardCharsets.UTF_8);
    server.createContext("/", exchange -> {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
      exchange.close();
    });
    server.start();
  }
}
