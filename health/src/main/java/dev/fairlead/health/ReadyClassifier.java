package dev.fairlead.health;

import dev.fairlead.balance.Outcome;

/** The classifiers that need no settings. */
enum ReadyClassifier implements Classifier {
  LAYER_4("layer4") {
    @Override
    public Result classify(Outcome outcome) {
      return switch (outcome.kind()) {
        case CONNECT_FAILED, CONNECT_TIMEOUT -> Result.ERROR;
        default -> outcome.connectNanos() >= 0 ? Result.OK : Result.IGNORE;
      };
    }
  },

  LAYER_7("layer7") {
    @Override
    public Result classify(Outcome outcome) {
      int status = outcome.status();
      if (status >= 0) {
        boolean good = (status >= 100 && status <= 499) || status == 501 || status == 505;
        return good ? Result.OK : Result.ERROR;
      }
      return withoutStatus(outcome);
    }
  },

  SERVER_ERRORS("server errors") {
    @Override
    public Result classify(Outcome outcome) {
      return outcome.status() >= 500 ? Result.ERROR : unlessFailed(outcome);
    }
  },

  GATEWAY_ERRORS("gateway errors") {
    @Override
    public Result classify(Outcome outcome) {
      return outcome.status() >= 502 && outcome.status() <= 504
          ? Result.ERROR
          : unlessFailed(outcome);
    }
  };

  private final String text;

  ReadyClassifier(String text) {
    this.text = text;
  }

  /** A status that came is good, even when the client did not wait for the rest. */
  private static Classifier.Result unlessFailed(Outcome outcome) {
    return outcome.status() >= 0 && !outcome.kind().serverFailure()
        ? Result.OK
        : withoutStatus(outcome);
  }

  static Classifier.Result withoutStatus(Outcome outcome) {
    if (outcome.kind().serverFailure()) {
      return Result.ERROR;
    }
    return outcome.kind() == Outcome.Kind.COMPLETED ? Result.OK : Result.IGNORE;
  }

  @Override
  public Result established() {
    return this == LAYER_7 ? Result.IGNORE : Result.OK;
  }

  @Override
  public String toString() {
    return text;
  }
}
