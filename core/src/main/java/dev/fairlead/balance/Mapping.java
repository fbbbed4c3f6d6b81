package dev.fairlead.balance;

/** How numbers become servers: an immutable value with its settings, named by {@code toString}. */
interface Mapping {
  /** Lays the configured servers out; the costly step, repeated only when the {@link Roster} changed. */
  Layout layout(Roster roster);

  /**
   * The same after a change of the list, for mappings that need not begin anew.
   *
   * @param outdated of this mapping, made from another roster
   */
  default Layout layout(Roster roster, Layout outdated) {
    return layout(roster);
  }

  /** Whether it has a hash function of its own, so that another would not be heard. */
  default boolean ownFunction() {
    return false;
  }

  /** The configured servers laid out, whatever their health. Immutable. */
  @FunctionalInterface
  interface Layout {
    /**
     * Narrows it to the eligible servers; linear at most.
     *
     * @param places for each server of the roster its place among the eligible, or -1
     * @param eligible how many are eligible, at least one
     */
    Table table(int[] places, int eligible);
  }

  /** Finds servers. Immutable; called by all loops at once. */
  @FunctionalInterface
  interface Table {
    /** No server was accepted. */
    int NONE = -1;

    /**
     * The first accepted server in the order that a key prefers.
     *
     * @param hash the key's number
     * @param key the key itself
     * @param request for the judge
     * @param judge accepts or not
     * @param slots for the judge, see {@link Judge#slots}
     * @return its place among the eligible, or {@link #NONE}
     */
    int find(long hash, KeyBuffer key, PickContext request, Judge judge, long slots);

    /** Whether a key without an accepted server is for the fallback, and not for any free server. */
    default boolean givesUp() {
      return false;
    }
  }
}
