package dev.fairlead.state;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import dev.fairlead.event.Event;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.ServerStatus;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A backend's servers and what is known of each: immutable. {@link #apply} is the only way to the next
 * one, and tells which events follow from it.
 */
public final class BackendState {
  private static final String OPERATOR = "operator";

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
      Map<String, Integer> positions) {
    this.name = rules.name();
    this.rules = rules;
    this.version = version;
    this.nextId = nextId;
    this.servers = servers;
    this.positions = positions;
    this.selection = Selection.of(rules, servers);
    this.weightUnit = WeightUnit.of(servers);
    selection.eligible().forEach(s -> chosen.set(s.index()));
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
    return new BackendState(
        backend, 1, servers.size() + 1, List.copyOf(servers), positions(servers));
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
        name, version, queued, list, levels().stream().map(Level::status).toList());
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
      return replaced(before, before.withConfig(update.config()), OPERATOR);
    } else if (change instanceof Change.SetAdmin set) {
      return replaced(before, before.withWish(before.wish().admin(set.admin())), OPERATOR);
    } else if (change instanceof Change.SetWeight set) {
      return replaced(before, before.withWish(before.wish().weight(set.weight())), OPERATOR);
    } else if (change instanceof Change.SetLimit set) {
      return replaced(before, before.withWish(before.wish().limit(set.limit())), OPERATOR);
    } else if (change instanceof Change.Force set) {
      return replaced(before, before.withWish(before.wish().forced(set.health())), OPERATOR);
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
    return tell(
        state,
        List.of(new Event.ServerAdded(name, state.version, config.name(), config.address())));
  }

  private Applied removed(ServerState server) {
    List<ServerState> next = new ArrayList<>(servers);
    next.remove(server);
    BackendState state = next(next, nextId, positions(next));
    return tell(state, List.of(new Event.ServerRemoved(name, state.version, server.name())));
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
    return tell(state, differences(state.version, before, after, source));
  }

  private List<Event> differences(long at, ServerState before, ServerState after, String source) {
    List<Event> events = new ArrayList<>(4);
    String server = after.name();
    Health health = after.health();
    if (before.health() != health) {
      events.add(new Event.HealthChanged(
          name, at, server, before.health(), health, source, reason(after, source)));
    }
    if (before.effectiveAdmin() != after.effectiveAdmin()) {
      events.add(new Event.AdminChanged(
          name,
          at,
          server,
          before.effectiveAdmin(),
          after.effectiveAdmin(),
          source,
          reason(after, source)));
    }
    if (before.effectiveWeight() != after.effectiveWeight()) {
      events.add(new Event.WeightChanged(
          name, at, server, before.effectiveWeight(), after.effectiveWeight()));
    }
    if (before.effectiveLimit() != after.effectiveLimit()) {
      events.add(new Event.LimitChanged(
          name, at, server, before.effectiveLimit(), after.effectiveLimit()));
    }
    Set<String> disabled = after.wish().disabled();
    if (!before.wish().disabled().equals(disabled)) {
      events.add(new Event.CheckingChanged(name, at, server, source, !disabled.contains(source)));
    }
    Warmup.tell(name, at, before, after, events);
    return events;
  }

  private static String reason(ServerState after, String source) {
    if (source.equals(OPERATOR)) {
      return after.wish().forced() == null ? "operator's wish" : "forced";
    }
    Finding finding = after.findings().get(source);
    return finding == null ? "finding taken back" : finding.reason();
  }

  private BackendState next(List<ServerState> list, int id, Map<String, Integer> names) {
    return new BackendState(rules, version + 1, id, List.copyOf(list), names);
  }

  private Applied tell(BackendState next, List<? extends Event> events) {
    List<Event> all = new ArrayList<>(events);
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
