package dev.fairlead.internal.admission;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Picker;
import dev.fairlead.state.BackendState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a request needs to know, published as one: a state, the picker prepared for it, and the
 * servers by name and index.
 *
 * @param state what it was made from
 * @param picker null when no server is eligible
 * @param eligible may get new balanced traffic
 * @param byIndex every server, at its index; null where there is none
 * @param sticky those that may get traffic bound to them, by name
 */
public record Routing(
    BackendState state,
    @Nullable Picker picker,
    List<Candidate> eligible,
    List<@Nullable Slots> byIndex,
    Map<String, Candidate> sticky) {

  /** A server in this snapshot. */
  public static final class Slots {
    private final Candidate candidate;
    private final LiveServer live;
    private final boolean eligible;
    private final boolean sticky;
    private final Admission.Choice choice = new Admission.Choice(this, null);

    /**
     * @param candidate what strategies see
     * @param live what lives
     * @param eligible whether it may get new balanced traffic
     * @param sticky whether it may get traffic bound to it
     */
    public Slots(Candidate candidate, LiveServer live, boolean eligible, boolean sticky) {
      this.candidate = candidate;
      this.live = live;
      this.eligible = eligible;
      this.sticky = sticky;
    }

    public Candidate candidate() {
      return candidate;
    }

    public LiveServer live() {
      return live;
    }

    public boolean eligible() {
      return eligible;
    }

    public boolean sticky() {
      return sticky;
    }

    Admission.Choice choice() {
      return choice;
    }

    boolean takeForWaiter() {
      return live.tryAcquireForWaiter(candidate.limit());
    }

    boolean tryAcquire() {
      return live.tryAcquire(candidate.limit());
    }
  }

  /** The server that a candidate stands for here, or null when it has gone. */
  public @Nullable Slots find(Candidate candidate) {
    int index = candidate.index();
    Slots slots = index >= 0 && index < byIndex.size() ? byIndex.get(index) : null;
    return slots != null && slots.candidate().id() == candidate.id() ? slots : null;
  }

  /** What a live server is here, or null when it has gone. */
  @Nullable
  Slots find(LiveServer live) {
    Slots slots = live.index() < byIndex.size() ? byIndex.get(live.index()) : null;
    return slots != null && slots.live() == live ? slots : null;
  }
}
