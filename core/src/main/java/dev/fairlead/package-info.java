/**
 * The door: {@link dev.fairlead.LoadBalancer} starts, finds, changes and stops what the configuration
 * describes. Start reading here.
 */
package dev.fairlead;
