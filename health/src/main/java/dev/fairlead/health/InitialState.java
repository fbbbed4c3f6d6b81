package dev.fairlead.health;

/** What holds for a server before its first verdict. */
public enum InitialState {
  /**
   * It takes traffic, as in HAProxy: the first failure takes it down, the first pass makes it fully up.
   */
  UP,
  /** It takes no traffic until the first verdict, which decides alone: a pass makes it fully up. */
  WAIT
}
