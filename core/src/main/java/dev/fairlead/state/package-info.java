/**
 * The state of a backend and its only way from one to the next: pure values without clocks, threads or
 * sockets. Not exported; what users see of it is {@link dev.fairlead.status.BackendStatus}.
 */
package dev.fairlead.state;
