package dev.fairlead.balance;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Any strategy with HAProxy's {@code hash-balance-factor}: where it chooses a server beyond its bound, it
 * is asked again, and then the next server in the list is taken that is within its own.
 */
record BoundedLoad(Balancer inner, int percent) implements Balancer {
  BoundedLoad {
    Objects.requireNonNull(inner, "inner");
    Check.range("percent", percent, 101, 1_000_000);
  }

  @Override
  public Picker prepare(Members members) {
    Picker before =
        members.previous() instanceof Bounded bounded ? bounded.inner : members.previous();
    Picker picker =
        inner.prepare(new Members(members.eligible(), members.all(), members.inFlight(), before));
    return new Bounded(picker, members, percent);
  }

  @Override
  public String toString() {
    return "boundedLoad(" + inner + ", " + percent + ")";
  }

  private static final class Bounded implements Picker {
    private static final int ASKED = 4;

    private final Picker inner;
    private final Judge judge;
    private final int[] places;
    private final int[] turn;

    Bounded(Picker inner, Members members, int percent) {
      List<Candidate> eligible = members.eligible();
      this.inner = inner;
      this.judge = Judge.of(eligible, percent, 0, members.inFlight());
      this.places = new int[eligible.stream().mapToInt(s -> s.index() + 1).max().orElse(0)];
      this.turn = new int[eligible.size()];
      for (int i = 0; i < turn.length; i++) {
        places[eligible.get(i).index()] = i;
        turn[i] = i;
      }
    }

    @Override
    public @Nullable Candidate pick(PickContext request) {
      Candidate first = inner.pick(request);
      if (first == null) {
        return null;
      }
      long slots = judge.slots();
      Candidate chosen = first;
      boolean within = within(chosen, slots);
      for (int asked = 1; asked < ASKED && !within; asked++) {
        Candidate another = inner.pick(request);
        chosen = another == null ? chosen : another;
        within = within(chosen, slots);
      }
      if (within) {
        return chosen;
      }
      int place = Walk.from(turn, places[first.index()], request, judge, slots);
      return place == Mapping.Table.NONE ? first : judge.server(place);
    }

    private boolean within(Candidate server, long slots) {
      return judge.within(places[server.index()], slots);
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      inner.completed(server, outcome);
    }
  }
}
