package dev.fairlead.balance;

/** Refuses bad settings where they are written: {@code field: value (expected: what is allowed)}. */
final class Check {
  private Check() {}

  static IllegalArgumentException bad(String field, Object value, String expected) {
    return new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
  }

  static int range(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw bad(field, value, least + ".." + most);
    }
    return value;
  }

  static int atLeast(String field, int value, int least) {
    if (value < least) {
      throw bad(field, value, least + " or more");
    }
    return value;
  }
}
