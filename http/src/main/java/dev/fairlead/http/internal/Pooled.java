package dev.fairlead.http.internal;

import org.jspecify.annotations.Nullable;

/** A connection to a server that can be used again. On its event loop only. */
interface Pooled {
  /** {@return the server's id} */
  int server();

  /** {@return what a request must have in common with the one it was made for; null: nothing} */
  @Nullable
  Object reuseKey();

  /** {@return since when it has rested, by the event loop's ticker} */
  long idleSince();

  /** {@return since when it has been there, by the event loop's ticker} */
  long since();

  /** {@return how many requests it was lent for} */
  int requests();

  /** Closes it, without a word to anybody. */
  void close();
}
