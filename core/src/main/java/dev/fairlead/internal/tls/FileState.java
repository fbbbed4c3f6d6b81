package dev.fairlead.internal.tls;

import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsTrust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a configuration held at one moment: equal as long as none of them has changed. By
 * content, since times of change are coarse and do not follow links. Take it before the files are loaded:
 * then no change between the two is missed.
 *
 * @param digest of all contents
 */
public record FileState(String digest) {

  /** Of all files that it names. Blocks. */
  public static FileState of(Tls tls) {
    Set<Path> files = new LinkedHashSet<>();
    tls.certificates().forEach(c -> add(files, c));
    add(files, tls.clientTrust());
    return of(files);
  }

  /** Of all files that it names. Blocks. */
  public static FileState of(ServerTls tls) {
    Set<Path> files = new LinkedHashSet<>();
    add(files, tls.certificate());
    add(files, tls.trust());
    return of(files);
  }

  private static void add(Set<Path> files, @Nullable TlsCertificate certificate) {
    if (certificate != null) {
      add(files, certificate.file(), certificate.keyFile(), certificate.ocspResponse());
    }
  }

  private static void add(Set<Path> files, @Nullable TlsTrust trust) {
    if (trust != null) {
      add(files, trust.file(), trust.crl());
    }
  }

  private static void add(Set<Path> files, @Nullable Path... some) {
    for (Path file : some) {
      if (file != null) {
        files.add(file);
      }
    }
  }

  private static FileState of(Set<Path> files) {
    List<byte[]> parts = new ArrayList<>();
    for (Path file : files) {
      String content;
      try {
        content = TrustRules.sha256(Files.readAllBytes(file));
      } catch (IOException e) {
        content = Objects.toString(e.getClass()); // missing is a state, too
      }
      parts.add((file + " " + content + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return new FileState(TrustRules.sha256(parts.toArray(byte[][]::new)));
  }
}
