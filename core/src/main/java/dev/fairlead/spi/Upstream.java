package dev.fairlead.spi;

import org.jspecify.annotations.Nullable;

/** A backend as a protocol sees it. Thread-safe. */
public interface Upstream {
  /** {@return the backend's name} */
  String name();

  /**
   * Asks for a slot on a server. Exactly one of {@link Acquire#granted} and {@link Acquire#refused} is
   * called, on {@link Acquire#loop()}: at once, before this method returns, or after a wait.
   *
   * @param request who asks; called on its own loop
   * @return the wait, or null when the answer has been given; the request may then wait again already,
   *     for a further attempt that it began in its answer
   */
  @Nullable
  Waiting acquire(Acquire request);

  /**
   * Whether a request that has failed somewhere could go elsewhere at once.
   *
   * @param request who asks
   * @return true when some eligible server is neither tried by it nor full
   */
  boolean anotherUsable(Acquire request);

  /** A request that waits for a slot. */
  interface Waiting {
    /**
     * Gives the wait up; neither of the answers comes any more. On the request's loop only.
     *
     * @return false when an answer has been given already
     */
    boolean cancel();
  }
}
