package dev.fairlead.config;

/** How the operating system is asked for input and output. */
public enum Transport {
  /** epoll on Linux, kqueue on BSD and macOS where their libraries load; else NIO. The default. */
  AUTO,
  /** Linux epoll. */
  EPOLL,
  /** BSD and macOS kqueue. */
  KQUEUE,
  /** Linux io_uring. On request only, until figures say otherwise. */
  IO_URING,
  /** Java's own. Works everywhere. */
  NIO
}
