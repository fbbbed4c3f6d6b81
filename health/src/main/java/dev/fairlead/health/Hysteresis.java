package dev.fairlead.health;

/**
 * HAProxy's rule of how many verdicts make a change, as a value. One counter runs from 0, down, to {@code
 * rise + fall - 1}, fully up; the server is up from {@code rise} on. A pass counts up, and jumps to the
 * top where the server comes up; a failure counts down, and drops to 0 where it goes down. So from either
 * end only an unbroken row of verdicts leads to the other side.
 *
 * @param rise how many passes in a row bring a server up that is down
 * @param fall how many failures in a row take a server down that is fully up
 * @param counter where it stands
 */
record Hysteresis(int rise, int fall, int counter) {
  /** What one verdict did. */
  enum Transition {
    /** The server is fully up, or down, as before. */
    UNCHANGED,
    /** Some verdicts of the other kind have come, not enough of them. */
    PENDING,
    /** The server went up, or down. */
    CHANGED
  }

  /** Just up and just not up are settled by the first verdict, the full ones are not. */
  static Hysteresis initial(int rise, int fall, InitialState state) {
    int counter = switch (state) {
      case FULLY_UP -> rise + fall - 1;
      case UP -> rise;
      case DOWN, WAIT -> rise - 1;
      case FULLY_DOWN -> 0;
    };
    return new Hysteresis(rise, fall, counter);
  }

  /** Fully up, or fully down. */
  static Hysteresis settled(int rise, int fall, boolean up) {
    return new Hysteresis(rise, fall, up ? rise + fall - 1 : 0);
  }

  Hysteresis after(boolean passed) {
    int next;
    if (passed) {
      next = counter + 1 >= rise ? top() : counter + 1;
    } else {
      next = counter - 1 < rise ? 0 : counter - 1;
    }
    return new Hysteresis(rise, fall, next);
  }

  /** The same, not above a mark. */
  Hysteresis atMost(int mark) {
    return new Hysteresis(rise, fall, Math.min(counter, mark));
  }

  Transition since(Hysteresis before) {
    if (up() != before.up()) {
      return Transition.CHANGED;
    }
    return fullyUp() || fullyDown() ? Transition.UNCHANGED : Transition.PENDING;
  }

  boolean up() {
    return counter >= rise;
  }

  boolean fullyUp() {
    return counter == top();
  }

  boolean fullyDown() {
    return counter == 0;
  }

  private int top() {
    return rise + fall - 1;
  }
}
