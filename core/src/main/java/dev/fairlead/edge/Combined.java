package dev.fairlead.edge;

import dev.fairlead.edge.Condition.Answer;
import dev.fairlead.spi.Connection;
import java.util.function.Predicate;

/** Conditions made of conditions. */
final class Combined {
  private Combined() {}

  static Condition and(Condition first, Condition second) {
    return new Two(first, second, "and", Answer.NO);
  }

  static Condition or(Condition first, Condition second) {
    return new Two(first, second, "or", Answer.YES);
  }

  /**
   * Two of them.
   *
   * @param decisive the answer of one that makes the other's of no account
   */
  private record Two(Condition first, Condition second, String word, Answer decisive)
      implements Condition {
    @Override
    public Needs needs() {
      return first.needs().compareTo(second.needs()) >= 0 ? first.needs() : second.needs();
    }

    @Override
    public Answer ask(Connection connection) {
      return ask(connection, needs());
    }

    @Override
    public Answer ask(Connection connection, Needs known) {
      Answer one = first.ask(connection, known);
      if (one == decisive) {
        return one;
      }
      Answer two = second.ask(connection, known);
      return two == decisive || one != Answer.OPEN ? two : one;
    }

    @Override
    public String toString() {
      return "(" + first + " " + word + " " + second + ")";
    }
  }

  record Not(Condition condition) implements Condition {
    @Override
    public Needs needs() {
      return condition.needs();
    }

    @Override
    public Answer ask(Connection connection) {
      return ask(connection, needs());
    }

    /** What is open stays so, until all that it needs is known and no more bytes come. */
    @Override
    public Answer ask(Connection connection, Needs known) {
      return switch (condition.ask(connection, known)) {
        case YES -> Answer.NO;
        case NO -> Answer.YES;
        case OPEN ->
          needs().compareTo(known) <= 0 && connection.firstBytesEnded() ? Answer.YES : Answer.OPEN;
      };
    }

    @Override
    public String toString() {
      return "not " + condition;
    }
  }

  record Own(Needs needs, Predicate<? super Connection> predicate) implements Condition {
    @Override
    public Answer ask(Connection connection) {
      return predicate.test(connection) ? Answer.YES : Answer.NO;
    }

    @Override
    public String toString() {
      return "own condition on " + needs;
    }
  }
}
