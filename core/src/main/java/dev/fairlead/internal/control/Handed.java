package dev.fairlead.internal.control;

import dev.fairlead.config.Frontend;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** Frontends that are started because rules of others hand connections to them. */
final class Handed {
  private Handed() {}

  /** {@return the wanted ones, and all that they hand over to, but not those that run already} */
  static List<Frontend> withTargets(List<Frontend> wanted, Collection<FrontendRuntime> running) {
    List<Frontend> all = new ArrayList<>(wanted);
    Deque<Frontend> look = new ArrayDeque<>(wanted);
    Frontend next;
    while ((next = look.poll()) != null) {
      for (Frontend target : next.settings().frontends()) {
        boolean known = all.stream().anyMatch(f -> f == target)
            || running.stream().anyMatch(r -> r.config() == target);
        if (!known) {
          all.add(target);
          look.add(target);
        }
      }
    }
    return all;
  }
}
