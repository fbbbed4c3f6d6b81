/** HTTP/2 as bytes and streams (RFC 9113), with its header compression (RFC 7541). */
package dev.fairlead.http.internal.h2;
