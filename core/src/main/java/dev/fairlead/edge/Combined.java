package dev.fairlead.edge;

import dev.fairlead.edge.Condition.Answer;
import dev.fairlead.spi.Connection;
import java.util.function.Predicate;

/** Conditions made of conditions. */
final class Combined {
  private Combined() {}

  private static Needs more(Condition a, Condition b) {
    return a.needs().compareTo(b.needs()) >= 0 ? a.needs() : b.needs();
  }

  record And(Condition first, Condition second) implements Condition {
    @Override
    public Needs needs() {
      return more(first, second);
    }

    @Override
    public Answer ask(Connection connection) {
      return ask(connection, needs());
    }

    @Override
    public Answer ask(Connection connection, Needs known) {
      Answer one = first.ask(connection, known);
      if (one == Answer.NO) {
        return one;
      }
      Answer two = second.ask(connection, known);
      return two == Answer.YES ? one : two;
    }

    @Override
    public String toString() {
      return "(" + first + " and " + second + ")";
    }
  }

  record Or(Condition first, Condition second) implements Condition {
    @Override
    public Needs needs() {
      return more(first, second);
    }

    @Override
    public Answer ask(Connection connection) {
      return ask(connection, needs());
    }

    @Override
    public Answer ask(Connection connection, Needs known) {
      Answer one = first.ask(connection, known);
      if (one == Answer.YES) {
        return one;
      }
      Answer two = second.ask(connection, known);
      return two == Answer.NO ? one : two;
    }

    @Override
    public String toString() {
      return "(" + first + " or " + second + ")";
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
