package dev.fairlead.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate for trying things out, made by the JDK's keytool; browsers warn of it. */
final class SelfSigned {
  private SelfSigned() {}

  static char[] password() {
    return "changeit".toCharArray();
  }

  /** {@return a new PKCS#12 file in a folder of its own} */
  static Path make(String host) throws IOException, InterruptedException {
    Path file = Files.createTempDirectory("fairlead").resolve("site.p12");
    Process keytool = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            "CN=" + host,
            "-ext",
            "san=dns:" + host,
            "-validity",
            "30",
            "-alias",
            "site",
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(password()),
            "-keystore",
            file.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool has failed: " + keytool.exitValue());
    }
    return file;
  }
}
