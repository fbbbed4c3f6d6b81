package dev.fairlead.spi;

import dev.fairlead.status.Reason;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a connection failed: towards a server before the connection could be used, or on either side
 * later, by an alert, a record that cannot be decrypted, or an end without close_notify.
 */
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
   * @param cause what was thrown, or null
   */
  public EdgeException(Reason reason, String text, @Nullable Throwable cause) {
    super(text, cause);
    this.reason = reason;
  }

  /** {@return which failure it was} */
  public Reason reason() {
    return reason;
  }
}
