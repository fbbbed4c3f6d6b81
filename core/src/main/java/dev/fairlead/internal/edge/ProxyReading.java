package dev.fairlead.internal.edge;

import dev.fairlead.spi.ProxyHeader;

/** What the first bytes of a connection are, read as a PROXY header. */
public sealed interface ProxyReading {
  /** The begin of a header; the rest is still to come. */
  ProxyReading NEED_MORE = new NeedMore();

  /** See {@link #NEED_MORE}. */
  record NeedMore() implements ProxyReading {}

  /** A whole header, and how many bytes it takes; what follows them is the client's. */
  record Done(ProxyHeader header, int length) implements ProxyReading {}

  /** No header, and more bytes would not make it one. */
  record Bad(ProxyProblem problem) implements ProxyReading {}
}
