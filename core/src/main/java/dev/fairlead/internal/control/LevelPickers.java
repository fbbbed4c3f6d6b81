package dev.fairlead.internal.control;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Picker;
import dev.fairlead.state.BackendState;
import dev.fairlead.state.Level;
import dev.fairlead.state.ServerState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pickers of a backend, for each priority level its own. A backend of one level has that one's picker
 * and nothing before it. On the control loop only.
 */
final class LevelPickers {
  private final Supplier<Pickers> maker;
  private final Map<Integer, Pickers> byPriority = new HashMap<>();

  LevelPickers(Supplier<Pickers> maker) {
    this.maker = maker;
  }

  /**
   * The picker for a state, or null when nobody is eligible. A strategy that fails the first time fails
   * the start.
   */
  @Nullable
  Picker of(BackendState state, List<Candidate> eligible, List<Candidate> all, boolean first) {
    List<Level> levels = state.levels();
    if (levels.size() <= 1) {
      int priority = levels.isEmpty() ? 0 : levels.get(0).priority();
      return picker(priority, eligible, all, first);
    }
    List<Spillover.Part> parts = new ArrayList<>(levels.size());
    for (Level level : levels) {
      List<Candidate> mine = those(eligible, level.eligible());
      List<ServerState> members = state.servers().stream()
          .filter(s -> s.config().priority() == level.priority())
          .toList();
      List<Candidate> ours = those(all, members);
      Picker picker = picker(level.priority(), mine, ours, first);
      if (picker != null) {
        parts.add(new Spillover.Part(level.load(), picker, mine, ours));
      }
    }
    return parts.isEmpty() ? null : Spillover.of(parts);
  }

  private @Nullable Picker picker(
      int priority, List<Candidate> eligible, List<Candidate> all, boolean first) {
    Pickers pickers = byPriority.computeIfAbsent(priority, p -> maker.get());
    if (first) {
      pickers.first(eligible, all);
    }
    return pickers.of(eligible, all);
  }

  private static List<Candidate> those(List<Candidate> candidates, List<ServerState> servers) {
    BitSet indexes = new BitSet();
    servers.forEach(s -> indexes.set(s.index()));
    return candidates.stream().filter(c -> indexes.get(c.index())).toList();
  }
}
