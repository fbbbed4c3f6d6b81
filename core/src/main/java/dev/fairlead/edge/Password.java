package dev.fairlead.edge;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A password that was given as such: equal by content, and never printed. */
final class Password implements Supplier<char[]> {
  private final char[] characters;

  Password(char[] characters) {
    this.characters = Objects.requireNonNull(characters, "password").clone();
  }

  @Override
  public char[] get() {
    return characters.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Password that && Arrays.equals(characters, that.characters);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(characters);
  }

  @Override
  public String toString() {
    return "***";
  }
}
