/** Strategies at work on virtual time: seeded, without sockets; what docs/balancers.md is written from. */
@NullMarked
package dev.fairlead.simulator;

import org.jspecify.annotations.NullMarked;
