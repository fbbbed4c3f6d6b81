package dev.fairlead.status;

/**
 * A priority level of a backend at one moment.
 *
 * @param priority its number; 0 comes first
 * @param load how much of new balanced traffic goes to it, in percent; those of all levels make 100
 * @param panic whether too few of its servers are healthy for their health to be respected
 * @param healthy how many of its servers are up or unchecked, of those that the operator and the sources
 *     have ready
 * @param servers how many of its servers are ready
 */
public record LevelStatus(int priority, int load, boolean panic, int healthy, int servers) {}
