package dev.fairlead.http.internal.h2;

/**
 * How much a peer may do on one HTTP/2 connection.
 *
 * @param streams at once
 * @param window bytes that it may send on a stream before they were passed on
 * @param resets that it causes in one period, by its own wish or by breaking rules
 * @param idleFrames that move nothing on, in one period
 * @param period nanoseconds
 */
public record Http2Limits(int streams, int window, int resets, int idleFrames, long period) {}
