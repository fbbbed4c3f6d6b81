/**
 * The edge of a frontend, as a user configures it: which networks are trusted, what a rule asks of a
 * connection. Immutable, checked values; what reads the connection is internal.
 */
@CheckReturnValue
package dev.fairlead.edge;

import com.google.errorprone.annotations.CheckReturnValue;
