/**
 * What can be seen of a running load balancer: immutable snapshots, counters and the vocabulary in
 * which they speak. Plain values only; nothing here refers to how they came about.
 */
package dev.fairlead.status;
