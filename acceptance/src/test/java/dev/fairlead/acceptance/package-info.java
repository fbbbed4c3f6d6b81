/**
 * The proxy as a whole: between real servers and real clients, under load while servers come and go,
 * and beside a real HAProxy that has to pass the same scenarios. Nothing here looks inside; what a
 * user cannot see does not belong here.
 */
@NullMarked
package dev.fairlead.acceptance;

import org.jspecify.annotations.NullMarked;
