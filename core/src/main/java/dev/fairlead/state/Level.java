package dev.fairlead.state;

import dev.fairlead.status.LevelStatus;
import java.util.List;

/**
 * A priority level.
 *
 * @param priority its number; 0 comes first
 * @param load its part of new balanced traffic, in percent
 * @param panic whether its servers' health is not respected
 * @param healthy how many of its ready servers are not down
 * @param ready how many of its servers are ready and have weight
 * @param eligible those that get its traffic, in configuration order
 */
public record Level(
    int priority, int load, boolean panic, int healthy, int ready, List<ServerState> eligible) {

  LevelStatus status() {
    return new LevelStatus(priority, load, panic, healthy, ready);
  }
}
