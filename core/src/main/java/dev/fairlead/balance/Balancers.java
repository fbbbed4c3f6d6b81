package dev.fairlead.balance;

/** The strategies that come with Fairlead. */
public final class Balancers {
  private Balancers() {}

  /**
   * Smooth weighted round robin: in turn, each server as often as its weight says, heavy servers spread
   * over the turn (Nginx's default; weights 5,1,1 give {@code a a b a c a a}). Servers that are full or
   * were tried are passed over; a change of the list keeps the turn.
   *
   * <p>Costs O(1) per pick while servers are free. The exact sequence is promised to one thread; the
   * shares to any number.
   *
   * @return the strategy
   */
  public static Balancer roundRobin() {
    return SmoothRoundRobin.INSTANCE;
  }
}
