package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import dev.fairlead.spi.Watched;
import java.util.function.Consumer;

/** Counts errors in a row in the traffic of one server, and tells the control loop of each full row. */
final class ObservedTraffic implements Watched.OutcomeListener, AutoCloseable {
  private final Classifier classifier;
  private final ErrorRow row;
  private final LastError last = new LastError();
  private final ControlCall full;
  private final Listening listening;

  ObservedTraffic(
      Watched server, Classifier classifier, int errorLimit, Consumer<LastError> whenFull) {
    this.classifier = classifier;
    this.row = new ErrorRow(errorLimit);
    this.full = new ControlCall(server.loop(), () -> whenFull.accept(last));
    this.listening = Listening.toTraffic(server, this);
  }

  @Override
  public void outcome(Outcome outcome) {
    switch (classifier.classify(outcome)) {
      case OK -> row.clear();
      case ERROR -> {
        last.set(outcome);
        if (row.error()) {
          full.call();
        }
      }
      case IGNORE -> {} // says nothing of the server
    }
  }

  @Override
  public void established() {
    if (classifier.established() == Classifier.Result.OK) {
      row.clear();
    }
  }

  @Override
  public void close() {
    full.close();
    listening.close();
  }
}
