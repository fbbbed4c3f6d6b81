package dev.fairlead.balance;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The servers of the home zone first, the others when none of those is to be had. */
record Zone(String tag, String home, int least, Balancer inner) implements Balancer {
  Zone {
    Objects.requireNonNull(tag, "tag");
    Objects.requireNonNull(home, "home");
    Check.atLeast("least", least, 1);
    Objects.requireNonNull(inner, "inner");
  }

  @Override
  public Picker prepare(Members members) {
    Zones before = members.previous() instanceof Zones zones ? zones : null;
    Picker lastHome = before == null ? members.previous() : before.home;
    Picker lastAbroad = before == null ? null : before.abroad;
    long near = members.eligible().stream().filter(this::atHome).count();
    if (near < least) {
      boolean byHome = before == null || 2 * near >= members.eligible().size();
      if (before != null && before.who != Who.HOME_THEN_ABROAD) {
        byHome = before.who == Who.ALL_BY_HOME;
      }
      Picker all = inner.prepare(new Members(
          members.eligible(), members.all(), members.inFlight(), byHome ? lastHome : lastAbroad));
      return byHome
          ? new Zones(Who.ALL_BY_HOME, all, null, all, lastAbroad, new boolean[0])
          : new Zones(Who.ALL_BY_ABROAD, all, null, lastHome, all, new boolean[0]);
    }
    boolean[] homes =
        new boolean[members.all().stream().mapToInt(s -> s.index() + 1).max().orElse(0)];
    members.all().forEach(s -> homes[s.index()] = atHome(s));
    Picker first = Objects.requireNonNull(side(members, true, lastHome));
    Picker second = side(members, false, lastAbroad);
    return new Zones(
        Who.HOME_THEN_ABROAD, first, second, first, second == null ? lastAbroad : second, homes);
  }

  private boolean atHome(Candidate server) {
    return home.equals(server.tags().get(tag));
  }

  private @Nullable Picker side(Members members, boolean atHome, @Nullable Picker before) {
    List<Candidate> eligible = side(members.eligible(), atHome);
    return eligible.isEmpty()
        ? null
        : inner.prepare(
            new Members(eligible, side(members.all(), atHome), new PartLoad(eligible), before));
  }

  private List<Candidate> side(List<Candidate> servers, boolean atHome) {
    return servers.stream().filter(s -> atHome(s) == atHome).collect(Collectors.toList());
  }

  @Override
  public String toString() {
    return "zone(" + tag + ", " + home + ", " + least + ", " + inner + ")";
  }

  /** Who is chosen from: where it is all, the picker of the larger part goes on with what it knows. */
  private enum Who {
    HOME_THEN_ABROAD,
    ALL_BY_HOME,
    ALL_BY_ABROAD
  }

  /** The picker that is asked, the one asked where that finds nobody, and the last of each part. */
  private static final class Zones implements Picker {
    private final Who who;
    private final Picker first;
    private final @Nullable Picker second;
    private final @Nullable Picker home;
    private final @Nullable Picker abroad;
    private final boolean[] homes;

    Zones(
        Who who,
        Picker first,
        @Nullable Picker second,
        @Nullable Picker home,
        @Nullable Picker abroad,
        boolean[] homes) {
      this.who = who;
      this.first = first;
      this.second = second;
      this.home = home;
      this.abroad = abroad;
      this.homes = homes;
    }

    @Override
    public @Nullable Candidate pick(PickContext request) {
      Candidate near = first.pick(request);
      if (second == null || (near != null && request.usable(near))) {
        return near;
      }
      Candidate far = second.pick(request);
      return far != null && request.usable(far) ? far : null;
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      boolean abroadsOwn =
          who == Who.HOME_THEN_ABROAD && !(server.index() < homes.length && homes[server.index()]);
      Picker whose = abroadsOwn ? abroad : first;
      if (whose != null) {
        whose.completed(server, outcome);
      }
    }
  }
}
