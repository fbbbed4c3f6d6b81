/** Immutable readings of what is: admin wish, health, snapshots, counts. Nothing here changes anything, and nothing here is imported from elsewhere. */
package dev.fairlead.status;
