/**
 * Balancing strategies and their SPI: plain Java on values, without sockets, clocks, locks or threads.
 * What is eligible is decided elsewhere; a strategy only chooses.
 */
package dev.fairlead.balance;
