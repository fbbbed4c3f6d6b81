package dev.fairlead.internal.edge;

import dev.fairlead.status.Reason;

/** Why a connection that had to begin with a PROXY header was closed. The text is for operators. */
public enum ProxyProblem {
  EMPTY("the connection ended before its first byte, a PROXY header was expected"),
  MISSING("the connection does not begin with a PROXY header"),
  TIMED_OUT("the PROXY header was not complete in time"),
  TRUNCATED("the connection ended within its PROXY header"),
  TOO_LONG("the PROXY header is longer than allowed"),
  MALFORMED("the PROXY header does not have the form that the protocol demands"),
  BAD_CHECKSUM("the CRC32C of the PROXY header is wrong"),
  UNSUPPORTED_VERSION("the PROXY header is of a version other than 1 and 2"),
  UNSUPPORTED_PROTOCOL("the PROXY header names an unknown command, address family or protocol");

  private final String text;

  ProxyProblem(String text) {
    this.text = text;
  }

  /** {@return the reason that it is counted and told under} */
  public Reason reason() {
    return switch (this) {
      case EMPTY -> Reason.LEFT;
      case MISSING -> Reason.PROXY_HEADER_MISSING;
      case TIMED_OUT -> Reason.PROXY_HEADER_TIMEOUT;
      default -> Reason.PROXY_HEADER_BAD;
    };
  }

  /** {@return a sentence without its full stop} */
  public String text() {
    return text;
  }
}
