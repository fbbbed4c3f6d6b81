package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Whether a memcached tells its version. */
record MemcachedProbe() implements Probe {
  private static final List<String> REFUSALS = List.of("ERROR", "CLIENT_ERROR", "SERVER_ERROR");

  @Override
  public CompletionStage<Verdict> check(Target target) {
    return Exchange.with(target, new Talk());
  }

  private static final class Talk implements Exchange.Lines {
    @Override
    public void begun(Exchange with) {
      with.awaits("no answer to version");
      with.send("version\r\n");
    }

    @Override
    public Verdict line(String line, Exchange with) {
      String word = line.substring(0, Math.max(line.indexOf(' '), 0));
      if (word.equals("VERSION")) {
        return Verdict.pass(line);
      }
      return REFUSALS.contains(word) || REFUSALS.contains(line)
          ? Verdict.fail(line)
          : Verdict.of(CheckCode.L7RSP, "not memcached: " + ByteText.shown(line));
    }
  }

  @Override
  public String toString() {
    return "memcached";
  }
}
