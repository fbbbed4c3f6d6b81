package dev.fairlead.internal.tls;

import org.jspecify.annotations.Nullable;

/** Keys, certificates or settings that cannot be used: names the field, the file or value, and why. */
public final class TlsMaterialException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  TlsMaterialException(String field, Object value, String reason, @Nullable Throwable cause) {
    super("%s: %s: %s".formatted(field, value, reason), cause);
  }
}
