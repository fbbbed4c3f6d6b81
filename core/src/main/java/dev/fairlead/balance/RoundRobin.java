package dev.fairlead.balance;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Servers in turn: an order of Σw/gcd steps, or a multiple, computed when the weights in the list change
 * and then only walked.
 *
 * @param name how the factory is called
 * @param order from the weights to the places in the order of their turns
 */
record RoundRobin(String name, Function<int[], int[]> order) implements Balancer {
  @Override
  public Picker prepare(Members members) {
    List<Candidate> eligible = members.eligible();
    int[] weights = eligible.stream().mapToInt(Candidate::weight).toArray();
    int[] known = members.previous() instanceof Turn turn ? turn.orderOf(this, weights) : null;
    int[] steps = known == null ? order.apply(weights) : known;
    return new Turn(this, weights, eligible, steps, members.previous());
  }

  /** Weights divided by their greatest common divisor. */
  static int[] reduced(int[] weights) {
    int divisor = divisor(weights);
    int[] reduced = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      reduced[i] = weights[i] / divisor;
    }
    return reduced;
  }

  static int divisor(int[] weights) {
    int divisor = 0;
    for (int weight : weights) {
      divisor = gcd(divisor, weight);
    }
    return divisor;
  }

  static int total(int[] weights) {
    int total = 0;
    for (int weight : weights) {
      total += weight;
    }
    return total;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Made by the same factory with the same parameters, which the name tells. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RoundRobin that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name + "()";
  }
}
