package dev.fairlead.balance;

/** Where a hash comes from. */
@FunctionalInterface
public interface HashKey {
  /**
   * Writes the key of a request.
   *
   * @param request the request
   * @param into takes the key's bytes
   * @return false when the request has no such key: the strategy's fallback decides
   */
  boolean write(PickContext request, KeySink into);
}
