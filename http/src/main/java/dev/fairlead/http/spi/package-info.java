/** What routes, filters and affinities are written against. No codec type and no engine internals. */
package dev.fairlead.http.spi;
