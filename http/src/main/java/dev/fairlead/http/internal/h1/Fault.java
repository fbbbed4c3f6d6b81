package dev.fairlead.http.internal.h1;

/** What is wrong with a head or with a body's framing. */
public enum Fault {
  /** It is malformed or ambiguous. */
  BAD,
  /** The first line is longer than allowed. */
  LINE_TOO_LONG,
  /** The head, or a trailer section, is longer than allowed or has too many fields. */
  HEAD_TOO_LARGE,
  /** It names a transfer coding that is not implemented. */
  CODING,
  /** It names a major version that is not HTTP/1. */
  VERSION
}
