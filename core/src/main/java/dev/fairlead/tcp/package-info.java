/** TCP: byte streams, relayed as they are. Written against the SPI, as a protocol of yours would be. */
@CheckReturnValue
package dev.fairlead.tcp;

import com.google.errorprone.annotations.CheckReturnValue;
