package dev.fairlead.internal.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The races of this module, for about a minute; CONTRIBUTING tells how to run them for longer. */
class RacesTest {
  @Test
  void no_race_ends_in_a_forbidden_way(@TempDir Path folder) throws Exception {
    Process jcstress = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "org.openjdk.jcstress.Main",
            "-m",
            "quick",
            "-sc",
            "false",
            "-jvmArgs",
            "-XX:+UnlockDiagnosticVMOptions -XX:+StressLCM -XX:+StressGCM",
            "-v")
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .start();
    String output = new String(jcstress.getInputStream().readAllBytes(), UTF_8);
    assertThat(jcstress.waitFor(10, TimeUnit.SECONDS)).isTrue();
    String end = output.substring(Math.max(0, output.lastIndexOf("RUN RESULTS")));
    assertThat(end).contains("Failed tests: No matches", "Error tests: No matches", "QueueRaces");
    assertThat(jcstress.exitValue()).as(end).isZero();
  }
}
