package dev.fairlead.internal.control;

import dev.fairlead.edge.TlsCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Tells whether files are what they were. Blocks. */
final class WatchedFiles {
  private WatchedFiles() {}

  /** Something that differs when a file was replaced, written, linked elsewhere, or is gone. */
  static String fingerprint(List<TlsCertificate> certificates) {
    StringBuilder text = new StringBuilder();
    for (TlsCertificate certificate : certificates) {
      Stream.of(certificate.file(), certificate.keyFile(), certificate.ocspResponse())
          .flatMap(Stream::ofNullable)
          .distinct()
          .forEach(file -> text.append(of(file)).append('\n'));
    }
    return text.toString();
  }

  private static String of(Path file) {
    try {
      Path real = file.toRealPath();
      BasicFileAttributes now = Files.readAttributes(real, BasicFileAttributes.class);
      return real + " " + now.fileKey() + " " + now.lastModifiedTime() + " " + now.size();
    } catch (IOException e) {
      return file + " " + e;
    }
  }
}
