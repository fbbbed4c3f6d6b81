/** From an accepted connection to its protocol: limit, PROXY header, peek, TLS, rules. */
package dev.fairlead.internal.edge;
