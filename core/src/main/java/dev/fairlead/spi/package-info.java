/** What protocols and health monitors are written against. The engine behind it and the configuration stay out of sight. */
package dev.fairlead.spi;
