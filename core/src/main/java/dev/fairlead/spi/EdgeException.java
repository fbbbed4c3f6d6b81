package dev.fairlead.spi;

import dev.fairlead.status.Reason;
import java.io.IOException;
import java.io.Serial;

/** A connection to a server was there, but could not be made usable: its TLS failed. */
public final class EdgeException extends IOException {
  @Serial
  private static final long serialVersionUID = 1L;

  /** Which failure it was. */
  private final Reason reason;

  /**
   * A failure.
   *
   * @param reason which
   * @param text in words, for operators
   * @param cause what was thrown
   */
  public EdgeException(Reason reason, String text, Throwable cause) {
    super(text, cause);
    this.reason = reason;
  }

  /** {@return which failure it was} */
  public Reason reason() {
    return reason;
  }
}
