package dev.fairlead.acceptance;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.testkit.ScriptedConnection;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * HTTP servers a, b, c, each of which breaks the connection instead of answering some of its requests, and
 * says in a common list what it did. Each request has a connection of its own. Thread-safe.
 */
final class BreakingOrigins implements AutoCloseable {
  /** A request that came: the server's name, in capitals when it broke the connection. */
  private record Arrival(String server, long nanos) {}

  private final Predicate<String> breaking;
  private final List<ScriptedServer> servers = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();

  /**
   * Starts them.
   *
   * @param weights one for each server
   * @param breaking whether a server breaks at a request, as {@code a2} for the second one that a gets
   */
  BreakingOrigins(int[] weights, Predicate<String> breaking) {
    this.breaking = breaking;
    for (int i = 0; i < weights.length; i++) {
      String name = "abc".substring(i, i + 1);
      AtomicInteger requests = new AtomicInteger();
      ScriptedServer server = ScriptedServer.start(client -> serve(client, name, requests));
      servers.add(server);
      members.add(Member.of(name, server.port()).weighing(weights[i]));
    }
  }

  private void serve(ScriptedConnection client, String name, AtomicInteger requests)
      throws IOException {
    client.readHead();
    boolean breaks = breaking.test(name + requests.incrementAndGet());
    arrivals.add(new Arrival(breaks ? name.toUpperCase(Locale.ROOT) : name, System.nanoTime()));
    if (!breaks) {
      client.write(Scripts.ok(name).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    }
  }

  List<Member> members() {
    return members;
  }

  /** Who got the requests, in their order, those that it broke in capitals. */
  String sequence() {
    return arrivals.stream().map(Arrival::server).collect(Collectors.joining(" "));
  }

  /** When a server got requests, by its name or, for those that it broke, in capitals. */
  List<Long> times(String server) {
    return arrivals.stream()
        .filter(arrival -> arrival.server().equals(server))
        .map(Arrival::nanos)
        .toList();
  }

  @Override
  public void close() {
    servers.forEach(ScriptedServer::close);
  }
}
