package dev.fairlead.internal.tls;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a name that a client asks for: that of the very name, else that of {@code *.} and all
 * behind its first label, else the default. Two look-ups at most, however many names there are. Immutable.
 *
 * @param <T> what belongs to names
 */
final class SniNames<T> {
  private final Map<String, T> names;
  private final @Nullable T fallback;

  private SniNames(Map<String, T> names, @Nullable T fallback) {
    this.names = names;
    this.fallback = fallback;
  }

  /**
   * What belongs to a name; null for nothing.
   *
   * @param name as the client sent it, in any case, null for none
   */
  @Nullable
  T find(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return fallback;
    }
    String wanted = lower(name);
    T found = names.get(wanted);
    if (found == null) {
      int dot = wanted.indexOf('.');
      found = dot > 0 ? names.get("*" + wanted.substring(dot)) : null;
    }
    return found == null ? fallback : found;
  }

  private static String lower(String name) {
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return plain.toLowerCase(Locale.ROOT);
  }

  /** Collects names. Of two for one name, a function says what becomes of them. */
  static final class Builder<T> {
    private final Map<String, T> names = new HashMap<>();
    private final BinaryOperator<T> merge;

    Builder(BinaryOperator<T> merge) {
      this.merge = merge;
    }

    void add(String name, T value) {
      names.merge(lower(name), value, merge);
    }

    @Nullable
    T get(String name) {
      return names.get(lower(name));
    }

    /** With what belongs to all other names; null for nothing. */
    SniNames<T> build(@Nullable T fallback) {
      return new SniNames<>(Map.copyOf(names), fallback);
    }
  }
}
