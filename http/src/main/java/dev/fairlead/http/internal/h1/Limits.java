package dev.fairlead.http.internal.h1;

/**
 * How large a head may be.
 *
 * @param line bytes of the first line, without its end
 * @param head bytes of the whole head
 * @param fields how many field lines
 */
public record Limits(int line, int head, int fields) {}
