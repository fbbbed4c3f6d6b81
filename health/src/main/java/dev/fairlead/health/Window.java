package dev.fairlead.health;

/**
 * The latest calls, counted: written by any number of threads, without an object for each. What is read while
 * others write is right but for them.
 */
interface Window {
  void record(boolean failed, boolean slow);

  /** {@return how many calls are in it} */
  long calls();

  /** {@return how many of those failed} */
  long failed();

  /** {@return how many of those were slow, failed or not} */
  long slow();

  /** Forgets all. */
  void clear();
}
