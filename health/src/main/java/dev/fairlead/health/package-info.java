/** Health checks: what to ask a server, how often, and how many answers count. The engine that acts on them is not here. */
package dev.fairlead.health;
