package dev.fairlead.internal.control;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Failures as they come out of stages. */
final class Failures {
  private Failures() {}

  /** What really went wrong. */
  static Throwable root(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? root(cause) : failure;
  }
}
