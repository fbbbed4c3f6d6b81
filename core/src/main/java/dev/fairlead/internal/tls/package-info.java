/**
 * TLS: reads what {@code dev.fairlead.edge} names, and makes Netty's contexts of it; the only place that
 * does. Reading and building block, and belong on no event loop. Knows no listener and no connection.
 */
package dev.fairlead.internal.tls;
