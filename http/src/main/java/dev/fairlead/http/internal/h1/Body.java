package dev.fairlead.http.internal.h1;

/** How a message's body is delimited. */
public enum Body {
  /** There is none. */
  NONE,
  /** By Content-Length. */
  LENGTH,
  /** By the chunked coding. */
  CHUNKED,
  /** By the end of the connection; responses only. */
  UNTIL_CLOSE
}
