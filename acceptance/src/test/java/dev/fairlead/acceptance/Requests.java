package dev.fairlead.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Requests in an order, and the servers that answer them: these give their names as bodies. Stateless. */
final class Requests {
  private Requests() {}

  /**
   * One request.
   *
   * @param from the client's address, of loopback
   * @param target of a GET
   * @param fields beside Host
   */
  record Request(String from, String target, List<String> fields) {
    static Request get(String target, String... fields) {
      return new Request("127.0.0.1", target, List.of(fields));
    }

    static Request from(String address) {
      return new Request(address, "/", List.of());
    }

    /** Other addresses each have ports of their own; this one's would soon be used up by binding. */
    RawClient connect(int port) {
      return from.equals("127.0.0.1") ? RawClient.connect(port) : RawClient.connect(from, port);
    }

    String head() {
      boolean hosted = fields.stream().anyMatch(f -> f.startsWith("Host:"));
      String more = fields.isEmpty() ? "" : String.join("\r\n", fields) + "\r\n";
      return "GET " + target + " HTTP/1.1\r\n" + (hosted ? "" : "Host: origin\r\n") + more + "\r\n";
    }
  }

  static List<Request> many(int count, IntFunction<Request> each) {
    return IntStream.range(0, count).mapToObj(each).toList();
  }

  /**
   * One after the other: the next one when the one before is answered. Those of one address share a
   * connection, which is reset at the end: thousands of ports that wait for their time would be in the
   * way of other tests.
   */
  static String oneByOne(int port, List<Request> requests) {
    List<String> names = new ArrayList<>();
    RawClient client = requests.get(0).connect(port);
    try {
      String from = requests.get(0).from();
      for (Request request : requests) {
        if (!request.from().equals(from)) {
          client.reset();
          client = request.connect(port);
          from = request.from();
        }
        names.add(client.send(request.head()).response().body());
      }
      client.reset();
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", names), e);
    } finally {
      client.close();
    }
    return String.join(" ", names);
  }

  /** All at once: the next one when the one before has reached a server, which holds it. */
  static String held(int port, List<HeldOrigin> origins, int count) {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        Request request = Request.get("/" + i);
        clients.add(request.connect(port).send(request.head()));
        origins.get(0).awaitArrivals(i + 1);
      }
      origins.forEach(HeldOrigin::releaseAll);
      List<String> names = new ArrayList<>();
      for (RawClient client : clients) {
        names.add(client.response().body());
      }
      return String.join(" ", names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      clients.forEach(RawClient::close);
    }
  }
}
