/**
 * What happens in a running load balancer, told as immutable values: one sealed family of events, its
 * log, and the formats of access logs. Events never influence traffic.
 */
package dev.fairlead.event;
