package dev.fairlead.status;

import java.time.Instant;
import java.util.List;

/**
 * A certificate that a frontend serves. Immutable.
 *
 * @param frontend the frontend's name
 * @param certificate its file, or the subject of one in memory
 * @param names the names it is chosen by
 * @param notAfter when it ends; when an authority above it ends earlier, then that
 */
public record CertificateStatus(
    String frontend, String certificate, List<String> names, Instant notAfter) {
  /**
   * Copies the list.
   *
   * @param frontend the frontend's name
   * @param certificate its file, or the subject of one in memory
   * @param names the names it is chosen by
   * @param notAfter when it ends
   */
  public CertificateStatus {
    names = List.copyOf(names);
  }
}
