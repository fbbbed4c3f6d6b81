/** Sockets: event loops, listening, names, connecting, relaying. Knows no balancing and no protocol. */
package dev.fairlead.internal.net;
