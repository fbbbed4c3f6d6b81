package dev.fairlead.health;

/** What holds for a server before its first verdict (HAProxy: {@code init-state}). */
public enum InitialState {
  /** It takes traffic; {@code fall} failures take it down. */
  FULLY_UP,
  /**
   * It takes traffic, as in HAProxy by default: the first failure takes it down, the first pass makes it
   * fully up.
   */
  UP,
  /** It is down; the first pass makes it fully up. */
  DOWN,
  /** It is down; {@code rise} passes bring it up. */
  FULLY_DOWN,
  /**
   * Nobody knows: it takes no traffic until the first verdict, which decides alone (Nginx Plus: {@code
   * mandatory}).
   */
  WAIT
}
