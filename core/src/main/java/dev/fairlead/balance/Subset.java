package dev.fairlead.balance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deterministic subsetting: all servers stand in a circle, in an order that follows from their names; a
 * client takes so many in a row. Where it begins is the fractional part of its number times the golden
 * ratio, a sequence whose first n members are spread evenly for every n. A server that comes or goes moves
 * the others by one place at most, and so replaces one server of a part, or two where the part goes beyond
 * the circle's end.
 */
record Subset(int client, int size, Balancer inner) implements Balancer {
  /** The fractional part of the golden ratio, of 2⁶⁴. */
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  Subset {
    Check.atLeast("client", client, 0);
    Check.atLeast("size", size, 1);
    Objects.requireNonNull(inner, "inner");
  }

  @Override
  public Picker prepare(Members members) {
    Picker before = members.previous() instanceof Part part ? part.inner : members.previous();
    List<Candidate> turn = turn(members.all());
    Set<Integer> eligible = new HashSet<>();
    members.eligible().forEach(s -> eligible.add(s.id()));
    Set<Integer> chosen = new HashSet<>();
    Set<Integer> known = new HashSet<>();
    for (int i = 0; i < turn.size() && chosen.size() < size; i++) {
      int id = turn.get(i).id();
      known.add(id);
      if (eligible.contains(id)) {
        chosen.add(id);
      }
    }
    List<Candidate> servers = only(members.eligible(), chosen);
    return new Part(inner.prepare(
        new Members(servers, only(members.all(), known), new PartLoad(servers), before)));
  }

  private static List<Candidate> only(List<Candidate> servers, Set<Integer> ids) {
    return servers.stream().filter(s -> ids.contains(s.id())).toList();
  }

  /** A server with its place in the circle. */
  private record Place(long hash, Candidate server) {
    static Place of(Candidate server) {
      byte[] name = server.name().getBytes(StandardCharsets.UTF_8);
      return new Place(XxHash64.hash(name, 0, name.length, 0), server);
    }
  }

  /** All servers in the order of the circle, from where this client begins. */
  private List<Candidate> turn(List<Candidate> all) {
    List<Place> circle = new ArrayList<>(all.size());
    all.forEach(server -> circle.add(Place.of(server)));
    circle.sort(Comparator.comparingLong(Place::hash)
        .thenComparing(Comparator.comparing(place -> place.server().name())));
    long fraction = (client * GOLDEN_RATIO) >>> 33; // of 2³¹
    int start = (int) ((fraction * all.size()) >>> 31);
    List<Candidate> turn = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      turn.add(circle.get((start + i) % all.size()).server());
    }
    return turn;
  }

  @Override
  public String toString() {
    return "subset(" + client + ", " + size + ", " + inner + ")";
  }

  private record Part(Picker inner) implements Picker {
    @Override
    public @Nullable Candidate pick(PickContext request) {
      return inner.pick(request);
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      inner.completed(server, outcome);
    }
  }
}
