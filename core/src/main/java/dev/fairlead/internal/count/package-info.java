/** Counters and histograms, kept per event loop by their only writer and summed by whoever reads. */
package dev.fairlead.internal.count;
