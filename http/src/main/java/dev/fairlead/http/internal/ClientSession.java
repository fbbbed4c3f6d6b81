package dev.fairlead.http.internal;

/** One client's connection, whatever it speaks. On its event loop only. */
interface ClientSession {
  /** No more requests are wanted. */
  void drain();
}
