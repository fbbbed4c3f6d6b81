/**
 * HTTP/1 as bytes: strict parsers of heads, framing and bodies, and what writes our own canonical form of
 * them. Knows neither channels nor servers.
 */
package dev.fairlead.http.internal.h1;
