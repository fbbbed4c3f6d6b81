package dev.fairlead.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.ClientAuth;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsTrust;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a file has changed is seen. */
class FileStateTest {
  @TempDir
  private Path folder;

  private Path file(String name) {
    return folder.resolve(name);
  }

  private Tls tls() {
    return Tls.of(
            TlsCertificate.pem(file("chain"), file("key")).ocspResponse(file("ocsp")),
            TlsCertificate.pkcs12(file("store"), new char[0]))
        .clientCertificates(ClientAuth.REQUIRED, TlsTrust.pem(file("ca")).crl(file("crl")));
  }

  private ServerTls serverTls() {
    return ServerTls.of()
        .trust(TlsTrust.pem(file("ca")).crl(file("crl")))
        .certificate(TlsCertificate.pem(file("chain"), file("key")));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(file(name), content);
    Files.setLastModifiedTime(file(name), FileTime.fromMillis(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chain", "key", "ocsp", "store", "ca", "crl"})
  void a_change_of_any_file_is_seen_whatever_its_time(String name) throws IOException {
    write(name, "one");
    FileState before = FileState.of(tls());
    FileState beforeServer = FileState.of(serverTls());
    assertThat(FileState.of(tls())).isEqualTo(before);
    write(name, "two");
    assertThat(FileState.of(tls())).isNotEqualTo(before);
    boolean towardsServers = !name.equals("ocsp") && !name.equals("store");
    assertThat(FileState.of(serverTls()).equals(beforeServer)).isNotEqualTo(towardsServers);
    write(name, "one");
    assertThat(FileState.of(tls())).isEqualTo(before);
  }

  @Test
  void that_a_file_comes_or_goes_is_seen() throws IOException {
    FileState without = FileState.of(tls());
    write("key", "");
    FileState with = FileState.of(tls());
    assertThat(with).isNotEqualTo(without);
    Files.delete(file("key"));
    assertThat(FileState.of(tls())).isEqualTo(without);
  }

  /** As Kubernetes puts secrets in place. */
  @Test
  void a_link_that_points_elsewhere_is_seen() throws IOException {
    write("old", "one");
    write("new", "two");
    Files.createSymbolicLink(file("chain"), file("old"));
    FileState before = FileState.of(tls());
    Files.delete(file("chain"));
    Files.createSymbolicLink(file("chain"), file("new"));
    assertThat(FileState.of(tls())).isNotEqualTo(before);
  }
}
