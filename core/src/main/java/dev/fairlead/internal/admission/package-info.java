/** A slot now, or a place in the queue: who may use which server, and who is next. */
package dev.fairlead.internal.admission;
