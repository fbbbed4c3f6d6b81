package dev.fairlead.state;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Finding;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.ServerStatus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A backend's servers and what is known of each: immutable. {@link #apply} is the only way to the next
 * one, and tells which events follow from it.
 */
public final class BackendState {
  private final String name;
  private final Backend rules;
  private final long version;
  private final int nextId;
  private final List<ServerState> servers;
  private final Map<String, Integer> positions;
  private final Selection selection;
  private final int weightUnit;

  /** The indexes of the eligible ones. */
  private final BitSet chosen = new BitSet();

  private BackendState(
      Backend rules,
      long version,
      int nextId,
      List<ServerState> servers,
      Map<String, Integer> positions,
      Selection selection,
      int weightUnit) {
    this.name = rules.name();
    this.rules = rules;
    this.version = version;
    this.nextId = nextId;
    this.servers = servers;
    this.positions = positions;
    this.selection = selection;
    this.weightUnit = weightUnit;
  }

  /** The same, with what follows from its servers. */
  private BackendState settled() {
    List<ServerState> all = List.copyOf(servers);
    Selection follows = Selection.of(rules, all, selection.quorum().held());
    BackendState settled =
        new BackendState(rules, version, nextId, all, positions, follows, WeightUnit.of(all));
    settled.eligible().forEach(s -> settled.chosen.set(s.index()));
    return settled;
  }

  /** The state at the start: version 1, ids from 1 in configuration order, nobody has said anything. */
  public static BackendState of(Backend backend) {
    return of(backend, Map.of());
  }

  /** The state at the start, with what was saved of the servers before. */
  public static BackendState of(Backend backend, Map<String, SavedServer> saved) {
    List<ServerState> servers = new ArrayList<>();
    for (Server server : backend.servers()) {
      ServerState fresh = ServerState.of(server, servers.size() + 1, servers.size());
      SavedServer before = saved.get(server.name());
      servers.add(before == null ? fresh : Restored.apply(before, fresh, backend));
    }
    Selection nobody = new Selection(List.of(), List.of(), new Quorum(true, 0));
    return new BackendState(backend, 1, servers.size() + 1, servers, positions(servers), nobody, 1)
        .settled();
  }

  public String name() {
    return name;
  }

  public long version() {
    return version;
  }

  /** In configuration order. */
  public List<ServerState> servers() {
    return servers;
  }

  /** Those that may get new balanced traffic, in configuration order. */
  public List<ServerState> eligible() {
    return selection.eligible();
  }

  /** Whether enough servers are up; always where no quorum is wanted. */
  public boolean quorum() {
    return selection.quorum().held();
  }

  /** The priority levels, first one first; none where neither priorities nor panic are in use. */
  public List<Level> levels() {
    return selection.levels();
  }

  public @Nullable ServerState server(String server) {
    Integer position = positions.get(server);
    return position == null ? null : servers.get(position);
  }

  /** A server's weight as strategies see it: in a unit that is common to all servers. */
  public int strategyWeight(ServerState server) {
    return server.weightIn(weightUnit);
  }

  /** What users see of it; the readings come from the live servers. */
  public BackendStatus status(int queued, Function<ServerState, ServerState.Readings> readings) {
    List<ServerStatus> list = new ArrayList<>(servers.size());
    for (ServerState s : servers) {
      list.add(status(s, readings.apply(s)));
    }
    return new BackendStatus(
        name, version, queued, list, levels().stream().map(Level::status).toList(), quorum());
  }

  /** What users see of one of its servers. */
  public ServerStatus status(ServerState server, ServerState.Readings now) {
    return server.status(chosen.get(server.index()), now);
  }

  /**
   * What follows from a change.
   *
   * @throws IllegalArgumentException when it names a server that is not there, or adds one that is
   */
  public Applied apply(Change change) {
    Draft next = draft().apply(List.of(change));
    Applied settled = next.settle();
    List<Event> events = new ArrayList<>(next.events());
    events.addAll(settled.events());
    return new Applied(settled.state(), List.copyOf(events));
  }

  /** The beginning of several changes that are to come into force together. */
  public Draft draft() {
    return new Draft(this, this, List.of());
  }

  /**
   * Changes on the way: what follows from all servers together is worked out once, at the end.
   *
   * @param start the state in force
   * @param now the servers as they are to be; who is eligible is not known yet
   * @param events what the latest changes have done to single servers
   */
  public record Draft(BackendState start, BackendState now, List<Event> events) {
    /**
     * All of them, or none.
     *
     * @throws IllegalArgumentException when one cannot be: this draft stays good
     */
    public Draft apply(List<Change> changes) {
      BackendState next = now;
      List<Event> told = new ArrayList<>();
      for (Change change : changes) {
        Applied step = next.step(change);
        next = step.state();
        told.addAll(step.events());
      }
      return new Draft(start, next, told);
    }

    /** The state that is to come into force, and what to tell of the backend as a whole. */
    public Applied settle() {
      return now == start ? start.unchanged() : start.tell(now.settled());
    }
  }

  private Applied step(Change change) {
    if (change instanceof Change.Add add) {
      return added(add.config());
    }
    ServerState before = server(change.server());
    if (change instanceof Change.Report report) {
      boolean stale = before == null
          || before.id() != report.id()
          || before.wish().disabled().contains(report.source());
      return before == null || stale
          ? unchanged()
          : replaced(before, reported(before, report), report.source());
    }
    if (change instanceof Change.WarmupStep step) {
      return before == null ? unchanged() : warmed(before, step);
    }
    if (before == null) {
      throw new IllegalArgumentException("server: '%s' (expected: one of %s of backend '%s')"
          .formatted(change.server(), positions.keySet(), name));
    }
    if (change instanceof Change.Remove) {
      return removed(before);
    } else if (change instanceof Change.Update update) {
      Levels.check(
          rules,
          servers.stream().filter(s -> !s.name().equals(before.name())).toList(),
          update.config());
      return replaced(before, before.withConfig(update.config()), Differences.OPERATOR);
    } else if (change instanceof Change.SetAdmin set) {
      return replaced(
          before, before.withWish(before.wish().admin(set.admin())), Differences.OPERATOR);
    } else if (change instanceof Change.SetWeight set) {
      return replaced(
          before, before.withWish(before.wish().weight(set.weight())), Differences.OPERATOR);
    } else if (change instanceof Change.SetLimit set) {
      return replaced(
          before, before.withWish(before.wish().limit(set.limit())), Differences.OPERATOR);
    } else if (change instanceof Change.Force set) {
      return replaced(
          before, before.withWish(before.wish().forced(set.health())), Differences.OPERATOR);
    } else if (change instanceof Change.SetChecking set) {
      return replaced(before, before.withChecking(set.source(), set.enabled()), set.source());
    }
    throw new AssertionError("no rule for " + change.getClass());
  }

  private Applied unchanged() {
    return new Applied(this, List.of());
  }

  private Applied added(Server config) {
    if (positions.containsKey(config.name())) {
      throw new IllegalArgumentException(
          "server: '%s' (expected: a name that is new in backend '%s')"
              .formatted(config.name(), name));
    }
    Levels.check(rules, servers, config);
    BitSet used = new BitSet();
    servers.forEach(s -> used.set(s.index()));
    List<ServerState> next = new ArrayList<>(servers);
    next.add(ServerState.of(config, nextId, used.nextClearBit(0)));
    BackendState state = next(next, nextId + 1, positions(next));
    return new Applied(
        state,
        List.of(new Event.ServerAdded(name, state.version, config.name(), config.address())));
  }

  private Applied removed(ServerState server) {
    List<ServerState> next = new ArrayList<>(servers);
    next.remove(server);
    BackendState state = next(next, nextId, positions(next));
    return new Applied(state, List.of(new Event.ServerRemoved(name, state.version, server.name())));
  }

  private static ServerState reported(ServerState before, Change.Report report) {
    Map<String, Finding> findings = new HashMap<>(before.findings());
    if (report.finding() == null) {
      findings.remove(report.source());
    } else {
      findings.put(report.source(), report.finding());
    }
    return before.withFindings(findings);
  }

  /** A step that is too small to be seen is none. */
  private Applied warmed(ServerState before, Change.WarmupStep step) {
    Warmup warmup = before.warmup();
    if (warmup == null || warmup.since() != step.since()) {
      return unchanged();
    }
    ServerState after = Warmup.step(before, warmup, step.share());
    boolean seen = after.warmup() == null
        || strategyWeight(after) != strategyWeight(before)
        || after.effectiveLimit() != before.effectiveLimit();
    return seen ? replaced(before, after, "slow start") : unchanged();
  }

  private Applied replaced(ServerState before, ServerState wanted, String source) {
    ServerState after = Warmup.follow(before, wanted, version + 1);
    if (before.equals(after)) {
      return unchanged();
    }
    Integer position = positions.get(before.name());
    if (position == null) {
      throw new AssertionError(before.name());
    }
    List<ServerState> next = new ArrayList<>(servers);
    next.set(position, after);
    BackendState state = next(next, nextId, positions);
    return new Applied(state, Differences.between(name, state.version, before, after, source));
  }

  private BackendState next(List<ServerState> list, int id, Map<String, Integer> names) {
    return new BackendState(rules, version + 1, id, list, names, selection, weightUnit);
  }

  private Applied tell(BackendState next) {
    List<Event> all = new ArrayList<>(2);
    Quorum.tell(rules, next.version, selection.quorum(), next.selection.quorum(), all);
    Levels.tell(name, next.version, levels(), next.levels(), all);
    List<ServerState> now = next.eligible();
    List<String> names = names(now);
    if (!names.equals(names(eligible()))) {
      boolean backups = !now.isEmpty() && now.get(0).config().backup();
      all.add(new Event.EligibleChanged(name, next.version, eligible().size(), names, backups));
    }
    return new Applied(next, List.copyOf(all));
  }

  private static List<String> names(List<ServerState> list) {
    return list.stream().map(ServerState::name).toList();
  }

  private static Map<String, Integer> positions(List<ServerState> servers) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < servers.size(); i++) {
      positions.put(servers.get(i).name(), i);
    }
    return positions;
  }

  /** The next state, and what to tell of it. A change that changes nothing gives the same state. */
  public record Applied(BackendState state, List<Event> events) {}
}
