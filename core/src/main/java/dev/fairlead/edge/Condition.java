package dev.fairlead.edge;

import dev.fairlead.spi.Connection;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * What a connection rule asks of a connection (HAProxy: an ACL of {@code tcp-request connection} and
 * {@code content}). Made by {@link Conditions}, or one's own by {@link #of}. Immutable, asked from any
 * event loop; must not block.
 */
public interface Condition {
  /** What a condition answers. */
  enum Answer {
    /** It holds. */
    YES,
    /** It does not hold. */
    NO,
    /** More of the first bytes may make it hold; it does not when no more come. */
    OPEN
  }

  /** {@return how much must be known before it is asked} */
  Needs needs();

  /**
   * Asks.
   *
   * @param connection as far as it is known, which is at least as far as {@link #needs} says
   * @return the answer; {@link Answer#OPEN} only for a condition on the first bytes
   */
  Answer ask(Connection connection);

  /**
   * Asks before all is known that it needs: a part that can be asked already may decide for the whole.
   *
   * @param connection as far as it is known
   * @param known how far that is
   * @return the answer, which nothing that becomes known later changes; {@link Answer#OPEN} while there is
   *     none
   */
  default Answer ask(Connection connection, Needs known) {
    return needs().compareTo(known) <= 0 ? ask(connection) : Answer.OPEN;
  }

  /**
   * A condition of one's own that knows its answer as soon as it may ask.
   *
   * @param needs how much it must know
   * @param predicate the condition
   * @return the condition
   */
  static Condition of(Needs needs, Predicate<? super Connection> predicate) {
    return new Combined.Own(
        Objects.requireNonNull(needs, "needs"), Objects.requireNonNull(predicate, "predicate"));
  }

  /**
   * Both.
   *
   * @param other the other one
   * @return holds when both hold
   */
  default Condition and(Condition other) {
    return Combined.and(this, Objects.requireNonNull(other, "other"));
  }

  /**
   * One of both at least.
   *
   * @param other the other one
   * @return holds when one of both holds
   */
  default Condition or(Condition other) {
    return Combined.or(this, Objects.requireNonNull(other, "other"));
  }

  /**
   * The opposite.
   *
   * @return holds when this does not
   */
  default Condition not() {
    return new Combined.Not(this);
  }
}
