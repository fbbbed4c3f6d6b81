package dev.fairlead.health;

import dev.fairlead.testkit.PublicApi;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What users may use is written down; a change to it is meant. */
class ApiTest {
  @Test
  void the_public_api_is_what_the_file_says() {
    PublicApi.of(HealthCheck.class).assertMatches(Path.of("api.txt"));
  }
}
