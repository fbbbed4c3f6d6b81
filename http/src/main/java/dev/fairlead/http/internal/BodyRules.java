package dev.fairlead.http.internal;

import java.time.Duration;

/**
 * What is expected of the bodies of requests.
 *
 * @param most how many bytes one may have
 * @param rate how many bytes a second have to come at least, once the grace is over; 0 for none
 * @param grace how long one may take however little comes
 */
public record BodyRules(long most, int rate, Duration grace) {}
