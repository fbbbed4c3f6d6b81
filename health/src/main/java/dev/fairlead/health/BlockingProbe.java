package dev.fairlead.health;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * A question that blocks, asked on an executor of the user's. When its time is over it is interrupted, so
 * that a hung one does not hold a thread for ever; when it still waits for a thread, it is not begun.
 */
record BlockingProbe(Executor executor, Function<? super Target, Verdict> question)
    implements Probe {

  @Override
  public CompletionStage<Verdict> check(Target target) {
    Answer answer = new Answer();
    FutureTask<Void> work = new FutureTask<>(
        () -> {
          try {
            answer.complete(question.apply(target));
          } catch (Throwable e) { // whatever it is, it is one check's
            answer.completeExceptionally(e);
          }
        },
        null);
    answer.work = work;
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      answer.complete(Verdict.fail("the executor took no more work: " + Reasons.message(e)));
    }
    return answer;
  }

  /** Its end is the end of the work. */
  private static final class Answer extends CompletableFuture<Verdict> {
    private volatile FutureTask<Void> work = new FutureTask<>(() -> {}, null);

    @Override
    public boolean cancel(boolean mayInterrupt) {
      boolean cancelled = super.cancel(mayInterrupt);
      work.cancel(true);
      return cancelled;
    }
  }

  @Override
  public String toString() {
    return "blocking " + question;
  }
}
