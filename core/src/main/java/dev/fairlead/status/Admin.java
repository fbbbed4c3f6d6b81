package dev.fairlead.status;

/**
 * The operator's wish for a server, apart from what checks say about it (HAProxy: {@code set server
 * state}). Ordered from the most to the least willing.
 */
public enum Admin {
  /** Takes new traffic when its checks agree. */
  READY,
  /** Takes no new traffic but sticky sessions; what runs may finish; checks go on. */
  DRAIN,
  /** Takes no traffic at all, sticky or not; what runs may finish. */
  MAINTENANCE
}
