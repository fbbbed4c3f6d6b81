package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a command, on a thread of its own that ends with it. Cancelling the verdict interrupts the
 * thread, which kills the process and whatever it has started.
 */
final class CommandRun {
  /** How long the process may have to wait until its output is read on; its end is seen at once. */
  private static final long GLANCE_MILLIS = 20;

  /** More reads than a full pipe needs. */
  private static final int AT_A_GLANCE = 256;

  private final ProcessBuilder command;
  private final Awaited verdict =
      new Awaited(() -> Verdict.of(CheckCode.PROCTOUT, "had not ended, killed"));
  private final LastLine output = new LastLine();
  private final byte[] buffer = new byte[4096];

  CommandRun(ProcessBuilder command) {
    this.command = command.redirectErrorStream(true);
  }

  Awaited start(String name) {
    Thread thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
    var unused = verdict.whenComplete((said, failure) -> {
      if (verdict.isCancelled()) {
        thread.interrupt();
      }
    });
    return verdict;
  }

  private void run() {
    try {
      Process process = command.start();
      try {
        process.getOutputStream().close(); // it is told nothing
        verdict.complete(verdict(follow(process)));
      } finally {
        kill(process);
      }
    } catch (IOException e) {
      verdict.complete(Verdict.of(CheckCode.PROCERR, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      verdict.completeExceptionally(e); // nobody waits any longer
    } catch (RuntimeException e) {
      verdict.completeExceptionally(e);
      throw e;
    }
  }

  /** Reads while it runs, but never waits for more: whoever it has started may hold its output open. */
  private int follow(Process process) throws InterruptedException {
    boolean ended = false;
    while (!ended) {
      ended = process.waitFor(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
      read(process.getInputStream());
    }
    return process.exitValue();
  }

  /** Not for ever: whoever writes without a pause would otherwise never be looked at, or killed. */
  private void read(InputStream from) {
    try {
      for (int i = 0; i < AT_A_GLANCE && from.available() > 0; i++) {
        int count = from.read(buffer, 0, Math.min(buffer.length, from.available()));
        output.add(buffer, Math.max(count, 0));
      }
    } catch (IOException e) {
      // what it wrote is for people only; its exit code decides
    }
  }

  private Verdict verdict(int exit) {
    if (exit == 0) {
      return Verdict.of(CheckCode.PROCOK, output.text());
    }
    String last = output.text();
    return Verdict.of(
        CheckCode.PROCERR, last.isEmpty() ? "exit " + exit : "exit " + exit + ": " + last);
  }

  /** The tree is looked at first: children of a dead process are nobody's. */
  private static void kill(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> tree = process.descendants().toList();
    process.destroyForcibly();
    for (ProcessHandle child : tree) {
      child.descendants().forEach(ProcessHandle::destroyForcibly);
      child.destroyForcibly();
    }
  }
}
