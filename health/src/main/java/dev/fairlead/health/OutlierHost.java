package dev.fairlead.health;

import dev.fairlead.balance.Outcome;
import dev.fairlead.spi.Watched;
import dev.fairlead.status.CheckResult;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import org.jspecify.annotations.Nullable;

/**
 * One server's traffic, counted as Envoy counts it. Outcomes come from traffic loops; all else happens on
 * the control loop.
 */
final class OutlierHost implements Watched.OutcomeListener, AutoCloseable {
  private final Watched server;
  private final OutlierGroup group;
  private final Classifier classifier;
  private final boolean split;
  private final boolean unejectedByChecks;
  private final LastError last = new LastError();
  private final Row errors;
  private final Row gatewayFailures;
  private final Row localFailures;
  private final IntervalCount external = new IntervalCount();
  private final IntervalCount local = new IntervalCount();
  private final Listening traffic;
  private final Listening checks;
  private Ejection ejection = Ejection.NEVER;
  private boolean warned;

  /** Errors in a row that eject when there are enough. */
  private final class Row implements AutoCloseable {
    private final @Nullable ErrorRow row;
    private final ControlCall full;

    Row(OutlierDetection settings, OutlierRule rule, OutlierSetting limit) {
      int errorsInARow = (int) settings.get(limit);
      row = settings.enforcing(rule) == 0 ? null : new ErrorRow(errorsInARow);
      full = new ControlCall(
          server.loop(),
          () ->
              group.outlier(OutlierHost.this, rule, errorsInARow + " in a row, the last: " + last));
    }

    void error() {
      if (row != null && row.error()) {
        full.call();
      }
    }

    void clear() {
      if (row != null) {
        row.clear();
      }
    }

    @Override
    public void close() {
      full.close();
    }
  }

  OutlierHost(Watched server, OutlierDetection settings, OutlierGroup group) {
    this.server = server;
    this.group = group;
    this.classifier = settings.classifier();
    this.split = settings.is(OutlierSetting.SPLIT_ERRORS);
    this.unejectedByChecks = settings.is(OutlierSetting.CHECK_UNEJECTS);
    this.errors = new Row(settings, OutlierRule.CONSECUTIVE_5XX, OutlierSetting.CONSECUTIVE_5XX);
    this.gatewayFailures = new Row(
        settings,
        OutlierRule.CONSECUTIVE_GATEWAY_FAILURE,
        OutlierSetting.CONSECUTIVE_GATEWAY_FAILURE);
    this.localFailures = new Row(
        settings,
        OutlierRule.CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
        OutlierSetting.CONSECUTIVE_LOCAL_ORIGIN_FAILURE);
    group.join(this);
    if (server.restored().map(Finding::health).orElse(null) == Health.DOWN) {
      group.restored(this);
    }
    this.traffic = Listening.toTraffic(server, this);
    this.checks = Listening.toChecks(server, this::checked);
  }

  @Override
  public void outcome(Outcome outcome) {
    Classifier.Result result = classifier.classify(outcome);
    if (result == Classifier.Result.IGNORE) {
      return;
    }
    boolean good = result == Classifier.Result.OK;
    boolean unreached = !good && outcome.kind().serverFailure();
    if (!good) {
      last.set(outcome);
    }
    if (split) {
      local.add(!unreached);
      if (unreached) {
        localFailures.error();
        return;
      }
      localFailures.clear();
    }
    external.add(good);
    if (good) {
      errors.clear();
      gatewayFailures.clear();
      long time = CallTime.ofAnswer(outcome);
      if (time >= 0) {
        external.time(time);
      }
      return;
    }
    if (unreached || (outcome.status() >= 502 && outcome.status() <= 504)) {
      gatewayFailures.error();
    } else {
      gatewayFailures.clear();
    }
    errors.error();
  }

  /** Breaks the rows, and counts for no rate: the end does. */
  @Override
  public void established() {
    if (classifier.established() == Classifier.Result.OK) {
      clearRows();
    }
  }

  private void clearRows() {
    errors.clear();
    gatewayFailures.clear();
    localFailures.clear();
  }

  private void checked(String source, CheckResult result) {
    if (unejectedByChecks && ejection.active() && result.code().passed()) {
      group.uneject(this, "%s says %s".formatted(source, result.code()));
    }
  }

  /** What is told of an ejection is told here, and what was counted before it ends counts no more. */
  void ejected(Ejection now, String text) {
    ejection = now;
    server.report(Finding.down(text));
  }

  void returned(Ejection now, String text) {
    ejection = now;
    clearRows();
    turnOver();
    server.report(Finding.up(text));
  }

  /** That it is not ejected although it should be is told once in an interval. */
  void spared(String text) {
    if (!warned) {
      warned = true;
      server.warned(text);
    }
  }

  /** An interval ends. */
  void turnOver() {
    warned = false;
    external.turnOver();
    local.turnOver();
  }

  Watched server() {
    return server;
  }

  Ejection ejection() {
    return ejection;
  }

  void ejection(Ejection now) {
    ejection = now;
  }

  IntervalCount external() {
    return external;
  }

  IntervalCount local() {
    return local;
  }

  @Override
  public void close() {
    traffic.close();
    checks.close();
    errors.close();
    gatewayFailures.close();
    localFailures.close();
    group.leave(this);
  }
}
