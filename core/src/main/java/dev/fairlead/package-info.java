/** The door of the library: start, find, change and stop a running load balancer. Configuration and engine live elsewhere. */
package dev.fairlead;
