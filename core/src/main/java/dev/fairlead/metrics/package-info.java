/** Micrometer meters over the statistics of a running load balancer. It reads snapshots only and is optional at run time. */
package dev.fairlead.metrics;
