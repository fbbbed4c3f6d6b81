package dev.fairlead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A certificate with a P-256 key that openssl has made, for all peers the same.
 *
 * @param chain the certificate in PEM
 * @param key its key in PEM
 * @param both the two in one file, as HAProxy wants them
 */
record Certificate(Path chain, Path key, Path both) implements AutoCloseable {
  static Certificate make() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("fairlead-bench-");
    Path chain = folder.resolve("site.crt");
    Path key = folder.resolve("site.key");
    Programs.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "30",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        key.toString(),
        "-out",
        chain.toString());
    Path both = folder.resolve("site.pem");
    Files.writeString(both, Files.readString(chain) + Files.readString(key));
    return new Certificate(chain, key, both);
  }

  @Override
  public void close() throws IOException {
    Files.delete(chain);
    Files.delete(key);
    Files.delete(both);
    Files.delete(both.getParent());
  }
}
