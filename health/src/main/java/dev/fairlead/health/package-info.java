/**
 * Health checks: what to ask a server, how often, and how many answers count. {@link
 * dev.fairlead.health.HealthCheck} is the door; a {@link dev.fairlead.health.Probe} is one question. What
 * follows from the answers (who gets traffic, what is told to whom) is the engine's, and not here.
 */
@CheckReturnValue
package dev.fairlead.health;

import com.google.errorprone.annotations.CheckReturnValue;
