/** Balancing strategies and what they may see: pure choices among candidates. No I/O, no locks, no clocks. */
package dev.fairlead.balance;
