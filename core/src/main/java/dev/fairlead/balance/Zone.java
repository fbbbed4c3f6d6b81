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
    boolean enough = members.eligible().stream().filter(this::atHome).count() >= least;
    if (!enough) {
      Picker before = members.previous() instanceof Zones zones ? zones.first : members.previous();
      return new Zones(
          inner.prepare(new Members(members.eligible(), members.all(), members.inFlight(), before)),
          null,
          new boolean[0]);
    }
    Zones before = members.previous() instanceof Zones zones ? zones : null;
    boolean[] homes = new boolean
        [members.eligible().stream().mapToInt(s -> s.index() + 1).max().orElse(0)];
    members.eligible().forEach(s -> homes[s.index()] = atHome(s));
    Picker first = side(members, true, before == null ? null : before.first);
    Picker second = side(members, false, before == null ? null : before.second);
    return new Zones(Objects.requireNonNull(first), second, homes);
  }

  private boolean atHome(Candidate server) {
    return home.equals(server.tags().get(tag));
  }

  private @Nullable Picker side(Members members, boolean atHome, @Nullable Picker before) {
    List<Candidate> eligible = side(members.eligible(), atHome);
    return eligible.isEmpty()
        ? null
        : inner.prepare(
            new Members(eligible, side(members.all(), atHome), Subset.sum(eligible), before));
  }

  private List<Candidate> side(List<Candidate> servers, boolean atHome) {
    return servers.stream().filter(s -> atHome(s) == atHome).collect(Collectors.toList());
  }

  @Override
  public String toString() {
    return "zone(" + tag + ", " + home + ", " + least + ", " + inner + ")";
  }

  /** Home and abroad; or everybody, and nobody abroad. */
  private static final class Zones implements Picker {
    private final Picker first;
    private final @Nullable Picker second;
    private final boolean[] homes;

    Zones(Picker first, @Nullable Picker second, boolean[] homes) {
      this.first = first;
      this.second = second;
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
      if (second == null || (server.index() < homes.length && homes[server.index()])) {
        first.completed(server, outcome);
      } else {
        second.completed(server, outcome);
      }
    }
  }
}
