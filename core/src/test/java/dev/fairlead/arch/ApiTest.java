package dev.fairlead.arch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.LoadBalancer;
import dev.fairlead.testkit.PublicApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users may use is written down; a change to it is meant. */
class ApiTest {
  @Test
  void the_public_api_is_what_the_file_says() {
    PublicApi.of(LoadBalancer.class).assertMatches(Path.of("api.txt"));
  }

  @Test
  void a_difference_is_told_line_by_line_with_what_to_do(@TempDir Path folder) throws IOException {
    PublicApi api = PublicApi.of(LoadBalancer.class);
    Path file = folder.resolve("api.txt");
    Files.writeString(file, api.text().replace("  void awaitClosed()", "  void awaitEnd()"));
    if (!Boolean.getBoolean(PublicApi.UPDATE)) {
      assertThatThrownBy(() -> api.assertMatches(file))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("-Dapi.update=true")
          .hasMessageEndingWith("\n-   void awaitEnd()\n+   void awaitClosed()");
    }
  }
}
