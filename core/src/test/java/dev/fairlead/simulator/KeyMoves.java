package dev.fairlead.simulator;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Candidates;
import dev.fairlead.balance.FakePickContext;
import dev.fairlead.balance.Picker;
import java.util.Arrays;
import java.util.List;

/**
 * What becomes of 10,000 keys on ten equal servers.
 *
 * @param spread the keys of the server that has the most, as a multiple of the mean
 * @param down the part of the keys that move while a server is down: a tenth must
 * @param removed the part of the keys that move when it is taken off the list
 */
record KeyMoves(double spread, double down, double removed) {
  static KeyMoves of(Balancer balancer) {
    List<Candidate> all = Candidates.many(10).build();
    List<Candidate> rest = all.stream().filter(c -> c.index() != Scenario.BAD).toList();
    Picker first = balancer.prepare(Candidates.members(all, null));
    int[] owners = owners(first);
    int[] counts = new int[all.size() + 1];
    Arrays.stream(owners).forEach(id -> counts[id]++);
    Picker whileDown = balancer.prepare(Candidates.members(rest, all, first));
    Picker without = balancer.prepare(Candidates.members(rest, null));
    return new KeyMoves(
        Arrays.stream(counts).max().orElse(0) * (double) all.size() / owners.length,
        moved(owners, owners(whileDown)),
        moved(owners, owners(without)));
  }

  private static int[] owners(Picker picker) {
    FakePickContext request = new FakePickContext(1);
    int[] owners = new int[Scenario.KEYS];
    for (int key = 0; key < owners.length; key++) {
      Candidate owner = picker.pick(request.with(key));
      owners[key] = owner == null ? 0 : owner.id();
    }
    return owners;
  }

  private static double moved(int[] before, int[] after) {
    int moved = 0;
    for (int i = 0; i < before.length; i++) {
      moved += before[i] == after[i] ? 0 : 1;
    }
    return moved / (double) before.length;
  }
}
