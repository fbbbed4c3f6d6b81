/** The control loop and what runs on it: the only writer of state, and the order of start and stop. */
package dev.fairlead.internal.control;
