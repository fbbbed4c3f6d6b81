package dev.fairlead.acceptance;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Files with contents that no other content is mistaken for. Stateless. */
final class Contents {
  private static final int PART = 1024 * 1024;

  private Contents() {}

  /** Writes a file of so many random bytes, the same for the same size. */
  static Path write(Path folder, String name, long size) throws IOException {
    Path file = folder.resolve(name);
    SplittableRandom random = new SplittableRandom(size);
    byte[] part = new byte[PART];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= part.length) {
        random.nextBytes(part);
        out.write(part, 0, (int) Math.min(left, part.length));
      }
    }
    return file;
  }
}
