/**
 * HTTP/2 as it is on the wire: frames, header compression, streams and windows of one connection. Knows
 * neither requests nor servers.
 */
package dev.fairlead.http.internal.h2;
