/**
 * What a protocol or a health monitor sees of the engine, and what the engine sees of it. HTTP and the
 * health checks that come with Fairlead are written against exactly this.
 */
package dev.fairlead.spi;
