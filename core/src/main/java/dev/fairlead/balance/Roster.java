package dev.fairlead.balance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configured servers in the order of a mapping, with what the mapping is made from. It stays the
 * same object while only health, limits and weights of 0 change: a mapping made from it can stay too.
 *
 * <p>A weight of 0 is an operator's "no new traffic", not a change of the list, so the last other
 * weight is kept (as IPVS {@code mh} does); a server that never had one is left out.
 */
final class Roster {
  private final ServerKey serverKey;
  private final List<Candidate> all;
  private final Candidate[] servers;
  private final String[] texts;
  private final int[] weights;

  private record Entry(String text, String rest, Candidate server) {}

  private Roster(
      ServerKey serverKey,
      List<Candidate> all,
      Candidate[] servers,
      String[] texts,
      int[] weights) {
    this.serverKey = serverKey;
    this.all = all;
    this.servers = servers;
    this.texts = texts;
    this.weights = weights;
  }

  /** The roster of a list; the previous one itself when it still holds. */
  static Roster of(List<Candidate> all, ServerKey serverKey, @Nullable Roster previous) {
    if (previous != null && previous.serverKey == serverKey && previous.holds(all)) {
      return previous;
    }
    Map<Integer, Integer> before = new HashMap<>();
    for (int i = 0; previous != null && i < previous.servers.length; i++) {
      before.put(previous.servers[i].id(), previous.weights[i]);
    }
    List<Entry> sorted = new ArrayList<>(all.size());
    for (Candidate server : all) {
      if (server.weight() > 0 || before.getOrDefault(server.id(), 0) > 0) {
        sorted.add(new Entry(serverKey.text(server), ServerKey.rest(server), server));
      }
    }
    if (serverKey != ServerKey.ID) {
      sorted.sort(Comparator.comparing(Entry::text).thenComparing(Entry::rest));
    }
    int size = sorted.size();
    Candidate[] servers = new Candidate[size];
    String[] texts = new String[size];
    int[] weights = new int[size];
    for (int i = 0; i < size; i++) {
      servers[i] = sorted.get(i).server();
      Entry entry = sorted.get(i);
      boolean twin = (i > 0 && entry.text().equals(sorted.get(i - 1).text()))
          || (i + 1 < size && entry.text().equals(sorted.get(i + 1).text()));
      texts[i] = twin ? entry.text() + "#" + entry.rest() : entry.text();
      int weight = servers[i].weight();
      weights[i] = weight > 0 ? weight : before.getOrDefault(servers[i].id(), 0);
    }
    return new Roster(serverKey, all, servers, texts, weights);
  }

  private boolean holds(List<Candidate> now) {
    if (now.size() != all.size()) {
      return false;
    }
    for (int i = 0; i < now.size(); i++) {
      Candidate a = all.get(i);
      Candidate b = now.get(i);
      boolean sameWeight = a.weight() == b.weight() || (b.weight() == 0 && a.weight() > 0);
      if (a.id() != b.id()
          || !sameWeight
          || !a.name().equals(b.name())
          || !a.address().equals(b.address())) {
        return false;
      }
    }
    return true;
  }

  int size() {
    return servers.length;
  }

  ServerKey serverKey() {
    return serverKey;
  }

  int id(int server) {
    return servers[server].id();
  }

  int weight(int server) {
    return weights[server];
  }

  String text(int server) {
    return texts[server];
  }

  /** A number from the server's key, even over all 64 bits. */
  long hash(int server, long seed) {
    byte[] bytes = texts[server].getBytes(StandardCharsets.UTF_8);
    return XxHash64.hash(bytes, 0, bytes.length, seed);
  }

  int greatestWeight() {
    int greatest = 1;
    for (int weight : weights) {
      greatest = Math.max(greatest, weight);
    }
    return greatest;
  }

  /** For each server of this roster its place among the eligible ones, or -1. */
  int[] places(List<Candidate> eligible) {
    int indices = 0;
    for (Candidate server : eligible) {
      indices = Math.max(indices, server.index() + 1);
    }
    int[] byIndex = new int[indices];
    for (int i = 0; i < eligible.size(); i++) {
      byIndex[eligible.get(i).index()] = i + 1;
    }
    int[] places = new int[servers.length];
    for (int i = 0; i < places.length; i++) {
      int index = servers[i].index();
      int place = index < indices ? byIndex[index] - 1 : -1;
      places[i] = place >= 0 && eligible.get(place).id() == servers[i].id() ? place : -1;
    }
    return places;
  }
}
