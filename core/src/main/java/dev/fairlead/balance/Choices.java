package dev.fairlead.balance;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Draws a few different servers at random by weight and takes the one of the lowest cost; the earlier one
 * where costs are equal: the first draw follows the weights exactly, so that idle servers are chosen by
 * weight. With one choice no cost is asked.
 *
 * @param name how it is made
 * @param choices how many are drawn, 1 to 5
 * @param cost the cost for a snapshot
 */
record Choices(String name, int choices, Function<Members, Cost> cost) implements Balancer {
  @Override
  public Picker prepare(Members members) {
    return new Drawing(new Draw(members.eligible()), choices, cost.apply(members));
  }

  /** Made by the same factory with the same parameters, which the name tells. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Choices that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }

  private record Drawing(Draw draw, int choices, Cost cost) implements Cost.Learning {
    @Override
    public @Nullable Candidate pick(PickContext request) {
      long now = cost.now(request);
      int first = draw.usable(request, Draw.NONE, 0);
      if (first == Draw.NONE) {
        return null;
      }
      int best = choices == 1 || draw.size() == 1 ? first : cheapest(request, first, now);
      Candidate server = draw.server(best);
      cost.picked(server, now);
      return server;
    }

    private int cheapest(PickContext request, int first, long now) {
      int best = first;
      double least = cost.of(draw.server(first), 0, now);
      long others = 0;
      for (int i = 1; i < Math.min(choices, draw.size()); i++) {
        int place = draw.usable(request, first, others);
        if (place == Draw.NONE) {
          return best;
        }
        double price = cost.of(draw.server(place), 0, now);
        if (price < least) {
          best = place;
          least = price;
        }
        others = Draw.with(others, place);
      }
      return best;
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      cost.completed(server, outcome);
    }
  }
}
