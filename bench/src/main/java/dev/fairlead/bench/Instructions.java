package dev.fairlead.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The instructions that a process retires, its own and the system's for it, counted by {@code perf stat}.
 * Unlike its CPU time they hardly depend on who else uses the machine. Zero where perf, the processor's
 * counters or the permission are missing.
 */
final class Instructions {
  private static final Pattern COUNT =
      Pattern.compile("^(\\d+),[^,]*,instructions", Pattern.MULTILINE);

  private final @Nullable Process perf;

  private Instructions(@Nullable Process perf) {
    this.perf = perf;
  }

  /** Counts those of all threads from now on. */
  static Instructions of(long pid) {
    ProcessBuilder command = new ProcessBuilder(
        "perf", "stat", "-x,", "-e", "instructions:u,instructions:k", "-p", String.valueOf(pid));
    try {
      return new Instructions(command.redirectErrorStream(true).start());
    } catch (IOException e) {
      return new Instructions(null);
    }
  }

  /** How many there were. */
  double end() throws IOException, InterruptedException {
    if (perf == null) {
      return 0;
    }
    if (perf.isAlive()) {
      Programs.run("kill", "-INT", String.valueOf(perf.pid()));
    }
    String output = new String(perf.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    perf.waitFor();
    return COUNT
        .matcher(output)
        .results()
        .map(MatchResult::group)
        .mapToDouble(line -> Double.parseDouble(line.substring(0, line.indexOf(','))))
        .sum();
  }
}
