package dev.fairlead.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Google's deterministic subsetting (Site Reliability Engineering, chapter 20): the balancers of one
 * round share a shuffled list of all servers, cut into pieces of the same size; the round is the shuffle's
 * seed.
 */
record Subset(int client, int size, Balancer inner) implements Balancer {
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

  /** All servers in the order of the client's round, beginning with its own piece. */
  private List<Candidate> turn(List<Candidate> all) {
    List<Candidate> order = new ArrayList<>(all);
    order.sort(Comparator.comparing(Candidate::name));
    int pieces = Math.max(1, order.size() / size);
    long state = client / pieces;
    for (int i = order.size() - 1; i > 0; i--) {
      state += 0x9E3779B97F4A7C15L;
      int j = (int) Long.remainderUnsigned(XxHash64.avalanche(state), i + 1);
      Candidate moved = order.get(i);
      order.set(i, order.get(j));
      order.set(j, moved);
    }
    int start = client % pieces * size;
    List<Candidate> turn = new ArrayList<>(order.size());
    for (int i = 0; i < order.size(); i++) {
      turn.add(order.get((start + i) % order.size()));
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
