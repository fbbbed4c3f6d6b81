package dev.fairlead.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Says what its script says, one letter a check: S passes, F fails, H hangs. The last letter is for all
 * checks after it. Remembers when it was asked, and of what hangs.
 */
final class ScriptedProbe implements Probe {
  final List<Long> askedAtMillis = new ArrayList<>();
  final List<CompletableFuture<Verdict>> hanging = new ArrayList<>();

  private final String script;

  ScriptedProbe(String script) {
    this.script = script;
  }

  @Override
  public CompletionStage<Verdict> check(Target target) {
    int turn = Math.min(askedAtMillis.size(), script.length() - 1);
    askedAtMillis.add(Duration.ofNanos(target.loop().ticker().nanoTime()).toMillis());
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    switch (script.charAt(turn)) {
      case 'S' -> verdict.complete(Verdict.pass("fine"));
      case 'F' -> verdict.complete(Verdict.fail("ill"));
      default -> hanging.add(verdict);
    }
    return verdict;
  }

  @Override
  public String toString() {
    return "script " + script;
  }
}
