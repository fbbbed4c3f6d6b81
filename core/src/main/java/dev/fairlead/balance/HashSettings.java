package dev.fairlead.balance;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link HashBalancer} was told, and the picker that follows from it.
 *
 * @param factor of bounded load in percent, 0 for none
 * @param maxWaiting {@link Integer#MAX_VALUE} for any number
 * @param fallback for requests without a key
 */
record HashSettings(
    HashKey key,
    HashFunction function,
    ServerKey serverKey,
    Mapping mapping,
    int factor,
    int maxWaiting,
    Balancer fallback) {

  HashSettings {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(function, "function");
    Objects.requireNonNull(serverKey, "serverKey");
    Objects.requireNonNull(fallback, "fallback");
  }

  HashSettings function(HashFunction next) {
    return new HashSettings(key, next, serverKey, mapping, factor, maxWaiting, fallback);
  }

  HashSettings serverKey(ServerKey next) {
    return new HashSettings(key, function, next, mapping, factor, maxWaiting, fallback);
  }

  HashSettings mapping(Mapping next) {
    return new HashSettings(key, function, serverKey, next, factor, maxWaiting, fallback);
  }

  HashSettings factor(int next) {
    return new HashSettings(key, function, serverKey, mapping, next, maxWaiting, fallback);
  }

  HashSettings maxWaiting(int next) {
    return new HashSettings(key, function, serverKey, mapping, factor, next, fallback);
  }

  HashSettings fallback(Balancer next) {
    return new HashSettings(key, function, serverKey, mapping, factor, maxWaiting, next);
  }

  /** Lays out anew only what changed: see {@link Roster}. */
  Picker prepare(Members members) {
    HashPicker before = members.previous() instanceof HashPicker picker ? picker : null;
    Members forFallback = new Members(
        members.eligible(),
        members.all(),
        members.inFlight(),
        before == null ? null : before.fallback());
    Judge judge = Judge.of(members.eligible(), factor, maxWaiting, members.inFlight());
    Roster roster = Roster.of(members.all(), serverKey, before == null ? null : before.roster());
    Mapping.Layout layout = layout(roster, before);
    Mapping.Table table =
        layout.table(roster.places(members.eligible()), members.eligible().size());
    return new HashPicker(
        key, function, mapping, roster, layout, table, judge, fallback.prepare(forFallback));
  }

  private Mapping.Layout layout(Roster roster, @Nullable HashPicker before) {
    if (before == null || !before.mapping().equals(mapping)) {
      return mapping.layout(roster);
    }
    return before.roster() == roster ? before.layout() : mapping.layout(roster, before.layout());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (mapping.ownFunction()) {
      text.append(mapping).append(".key(").append(key).append(')');
    } else {
      text.append("hash(").append(key).append(").function(").append(function);
      text.append(").serverKey(").append(serverKey).append(").").append(mapping);
    }
    if (factor > 0) {
      text.append(".boundedLoad(").append(factor).append(')');
    }
    if (maxWaiting < Integer.MAX_VALUE) {
      text.append(".maxWaiting(").append(maxWaiting).append(')');
    }
    return text.append(".orElse(").append(fallback).append(')').toString();
  }
}
