package dev.fairlead.acceptance;

import dev.fairlead.testkit.TestCertificates;
import java.nio.file.Path;

/**
 * Who servers and proxies by TLS are, in files.
 *
 * @param authority the certificate of who says so
 * @param certificate for {@link #NAME}, its key beside it
 */
record Identity(Path authority, Path certificate) {
  static final String NAME = "site.example";

  /** A new one. */
  static Identity write(Path folder) {
    TestCertificates ca = TestCertificates.authority("test authority");
    return new Identity(Openssl.write(folder, ca), ca.server(NAME).write(folder, "site"));
  }
}
