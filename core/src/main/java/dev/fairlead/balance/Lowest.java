package dev.fairlead.balance;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The server of the lowest cost: asked one by one while they are few, held in a {@link Tournament} when
 * they are many.
 *
 * @param name how it is made
 * @param cost the cost for a snapshot
 * @param rank the order of preference between equals
 * @param scanUpTo how many servers may be asked one by one
 */
record Lowest(String name, Function<Members, Cost> cost, Rank rank, int scanUpTo)
    implements Balancer {
  /** Up to here asking everyone is as fast as the tournament, and knows the present instead of the latest. */
  static final int FEW = 16;

  /** Who wins among servers of equal cost. */
  enum Rank {
    /** They take turns by weight. */
    TURNS,
    /** The first of the list. */
    FIRST,
    /** The heaviest, then the first of the list. */
    HEAVIEST
  }

  Lowest(String name, Function<Members, Cost> cost, Rank rank) {
    this(name, cost, rank, FEW);
  }

  @Override
  public Picker prepare(Members members) {
    List<Candidate> servers = rank == Rank.HEAVIEST
        ? members.eligible().stream()
            .sorted(Comparator.comparingInt(Candidate::weight).reversed())
            .toList()
        : members.eligible();
    Turns turns = rank == Rank.TURNS ? new Turns(servers, turnsOf(members.previous())) : null;
    return servers.size() <= scanUpTo
        ? new Scan(servers, cost.apply(members), turns)
        : new Tournament(servers, cost.apply(members), turns);
  }

  private static @Nullable Turns turnsOf(@Nullable Picker previous) {
    if (previous instanceof Scan scan) {
      return scan.turns();
    }
    return previous instanceof Tournament tournament ? tournament.turns() : null;
  }

  /** Made by the same factory with the same parameters, which the name tells. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Lowest that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
