package dev.fairlead.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs of the system, run to their end. Stateless. */
final class Programs {
  private Programs() {}

  /** What it wrote; it must have succeeded. */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  /** All threads that the process has now, and those that they will start, run on this core only. */
  static void pin(long pid, int core) throws IOException, InterruptedException {
    run("taskset", "-a", "-c", "-p", String.valueOf(core), String.valueOf(pid));
  }
}
