package dev.fairlead.balance;

import org.jspecify.annotations.Nullable;

/** Key, number, server: the picker of {@link HashBalancer}. What can be carried over is kept here. */
final class HashPicker implements Picker {
  private final HashKey key;
  private final HashFunction function;
  private final Mapping mapping;
  private final Roster roster;
  private final Mapping.Layout layout;
  private final Mapping.Table table;
  private final Judge judge;
  private final Judge lenient;
  private final Judge indifferent;
  private final Picker fallback;

  HashPicker(
      HashKey key,
      HashFunction function,
      Mapping mapping,
      Roster roster,
      Mapping.Layout layout,
      Mapping.Table table,
      Judge judge,
      Picker fallback) {
    this.key = key;
    this.function = function;
    this.mapping = mapping;
    this.roster = roster;
    this.layout = layout;
    this.table = table;
    this.judge = judge;
    this.lenient = judge.with(Judge.Strictness.UNTRIED);
    this.indifferent = judge.with(Judge.Strictness.NOTHING);
    this.fallback = fallback;
  }

  Mapping mapping() {
    return mapping;
  }

  Roster roster() {
    return roster;
  }

  Mapping.Layout layout() {
    return layout;
  }

  Picker fallback() {
    return fallback;
  }

  @Override
  public @Nullable Candidate pick(PickContext request) {
    KeyBuffer buffer = KeyBuffer.empty();
    if (!key.write(request, buffer)) {
      return fallback.pick(request);
    }
    long hash = function.hash(buffer);
    int place = table.find(hash, buffer, request, judge, judge.slots());
    if (place == Mapping.Table.NONE) {
      if (table.givesUp()) {
        return fallback.pick(request);
      }
      if (judge.passesFullOnes()) {
        return null;
      }
      place = table.find(hash, buffer, request, lenient, 0);
    }
    if (place == Mapping.Table.NONE) {
      place = table.find(hash, buffer, request, indifferent, 0);
    }
    return judge.server(place);
  }

  @Override
  public void completed(Candidate server, Outcome outcome) {
    fallback.completed(server, outcome);
  }
}
