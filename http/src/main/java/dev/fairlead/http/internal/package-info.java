/**
 * The HTTP engine: a session is one client connection, an exchange is one request from its head to the
 * last byte of its response, an attempt is one try on one server. An exchange knows neither balancing nor
 * pooling, an attempt knows nothing of the client; what is particular to HTTP/1 sits behind {@link
 * dev.fairlead.http.internal.ClientStream} and {@link dev.fairlead.http.internal.ServerStream}.
 */
package dev.fairlead.http.internal;
