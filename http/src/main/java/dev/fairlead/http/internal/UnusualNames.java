package dev.fairlead.http.internal;

/** What becomes of fields whose names have other characters than letters, digits and hyphens. */
public enum UnusualNames {
  /** They pass. */
  PASS,
  /** They are dropped. */
  DROP,
  /** Their request is refused. */
  REJECT
}
