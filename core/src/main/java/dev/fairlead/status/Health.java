package dev.fairlead.status;

/** What the sources of findings say of a server, taken together. */
public enum Health {
  /**
   * Nobody has said anything yet: the server counts as up, as in HAProxy before the first check, unless a
   * check wants its first verdict to be waited for.
   */
  UNCHECKED,
  /** Somebody checks it, and nobody says it is down. */
  UP,
  /** At least one source says it is down. */
  DOWN
}
