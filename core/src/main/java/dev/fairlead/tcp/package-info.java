/** The TCP frontend, written against the same SPI as any other protocol. It knows no engine internals. */
package dev.fairlead.tcp;
