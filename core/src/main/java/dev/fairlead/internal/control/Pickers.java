package dev.fairlead.internal.control;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Members;
import dev.fairlead.balance.Outcome;
import dev.fairlead.balance.PickContext;
import dev.fairlead.balance.Picker;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pickers of a backend, one after the other, on the control loop. Each is made with the one before at
 * hand, also when no server was eligible in between, or another could not be made: what was learnt stays.
 */
final class Pickers {
  private final Balancer balancer;
  private final String backend;
  private final LongSupplier inFlight;
  private final Announcer announcer;

  /** From what the last picker was made; null where there is none yet. */
  private @Nullable Members members;

  private @Nullable Picker last;

  Pickers(Balancer balancer, String backend, LongSupplier inFlight, Announcer announcer) {
    this.balancer = balancer;
    this.backend = backend;
    this.inFlight = inFlight;
    this.announcer = announcer;
  }

  /** Makes the first picker, where a server is eligible: a strategy that fails here fails the start. */
  void first(List<Candidate> eligible, List<Candidate> all) {
    try {
      if (!eligible.isEmpty()) {
        prepare(new Members(eligible, all, inFlight, null));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "backend '%s': the strategy %s cannot be prepared: %s"
              .formatted(backend, balancer, e.getMessage()),
          e);
    }
  }

  /**
   * The picker for a list, or null when nobody is eligible. From the very same it is the one in force: a
   * changed reason changes no turn. A strategy that fails is told so and goes on as it was, with those of
   * its servers that are eligible now, until it is asked again.
   */
  @Nullable
  Picker of(List<Candidate> eligible, List<Candidate> all) {
    if (eligible.isEmpty()) {
      return null;
    }
    Members before = members;
    if (last != null
        && before != null
        && before.eligible().equals(eligible)
        && before.all().equals(all)) {
      return last;
    }
    try {
      return prepare(new Members(eligible, all, inFlight, last));
    } catch (Throwable e) {
      announcer.failed("balancer", balancer, backend, e);
      return new Outdated(last, eligible);
    }
  }

  private Picker prepare(Members next) {
    Picker made = Objects.requireNonNull(balancer.prepare(next), "picker");
    members = next;
    last = made;
    return made;
  }

  /** A picker of another list: has no preference where its choice is not eligible. */
  private static final class Outdated implements Picker {
    private final @Nullable Picker last;
    private final int[] ids;

    Outdated(@Nullable Picker last, List<Candidate> eligible) {
      this.last = last;
      this.ids = new int[eligible.stream().mapToInt(s -> s.index() + 1).max().orElse(0)];
      Arrays.fill(ids, -1);
      eligible.forEach(s -> ids[s.index()] = s.id());
    }

    @Override
    public @Nullable Candidate pick(PickContext request) {
      Candidate picked = last == null ? null : last.pick(request);
      return picked != null && picked.index() < ids.length && ids[picked.index()] == picked.id()
          ? picked
          : null;
    }

    @Override
    public void completed(Candidate server, Outcome outcome) {
      if (last != null) {
        last.completed(server, outcome);
      }
    }
  }
}
