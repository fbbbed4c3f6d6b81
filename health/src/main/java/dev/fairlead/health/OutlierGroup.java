package dev.fairlead.health;

import dev.fairlead.spi.LoopTimer;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The servers of one backend, compared with each other. On the control loop only. */
final class OutlierGroup {
  private final EventLoop loop;
  private final OutlierDetection settings;
  private final long interval;
  private final long base;
  private final long most;
  private final LoopTimer timer;
  private final List<OutlierHost> hosts = new ArrayList<>();

  OutlierGroup(EventLoop loop, OutlierDetection settings) {
    this.loop = loop;
    this.settings = settings;
    this.interval = settings.get(OutlierSetting.INTERVAL);
    this.base = settings.get(OutlierSetting.BASE_EJECTION_TIME);
    this.most = Math.max(base, settings.get(OutlierSetting.MAX_EJECTION_TIME));
    this.timer = new LoopTimer(loop, this::sweep);
  }

  void join(OutlierHost host) {
    if (hosts.isEmpty()) {
      timer.set(interval);
    }
    hosts.add(host);
  }

  void leave(OutlierHost host) {
    hosts.remove(host);
    if (hosts.isEmpty()) {
      timer.close();
    }
  }

  /** A rule has found an outlier. */
  void outlier(OutlierHost host, OutlierRule rule, String figures) {
    if (host.ejection().active()) {
      return;
    }
    long ejected = hosts.stream().filter(h -> h.ejection().active()).count();
    if (!mayEject(ejected)) {
      host.spared("not ejected for %s: %s; %d of %d are ejected, at most %d %%"
          .formatted(rule, figures, ejected, hosts.size(), maxPercent()));
    } else if (host.server().random().nextInt(100) < settings.enforcing(rule)) {
      Ejection begun = begin(host);
      String time = Rhythm.text(Duration.ofNanos(begun.lasting()));
      String again = begun.inARow() == 1 ? "" : ", %d in a row".formatted(begun.inARow());
      host.ejected(begun, "%s: %s; ejected for %s%s".formatted(rule, figures, time, again));
    }
  }

  private boolean mayEject(long ejected) {
    boolean one = settings.is(OutlierSetting.ALWAYS_EJECT_ONE_HOST);
    return 100 * (ejected + 1) <= maxPercent() * hosts.size()
        || (one && ejected == 0 && hosts.size() > 1);
  }

  private long maxPercent() {
    return settings.get(OutlierSetting.MAX_EJECTION_PERCENT);
  }

  private Ejection begin(OutlierHost host) {
    long jitter = settings.get(OutlierSetting.MAX_EJECTION_TIME_JITTER);
    long drawn = jitter == 0 ? 0 : host.server().random().nextLong(jitter + 1);
    return host.ejection().begin(now(), base, most, drawn);
  }

  /** What was said before a restart is in force already; how long it was, nobody knows. */
  void restored(OutlierHost host) {
    host.ejection(begin(host));
  }

  void uneject(OutlierHost host, String why) {
    host.returned(host.ejection().end(now()), why);
  }

  private void sweep() {
    long now = now();
    for (OutlierHost host : List.copyOf(hosts)) {
      host.turnOver();
      if (host.ejection().over(now)) {
        Duration lasted = Duration.ofNanos(now - host.ejection().since());
        uneject(host, "was ejected for " + Rhythm.text(lasted));
      }
    }
    compareRates(OutlierHost::external, OutlierRule.SUCCESS_RATE, OutlierRule.FAILURE_PERCENTAGE);
    compareRates(
        OutlierHost::local,
        OutlierRule.SUCCESS_RATE_LOCAL_ORIGIN,
        OutlierRule.FAILURE_PERCENTAGE_LOCAL_ORIGIN);
    compareLatencies();
    for (OutlierHost host : hosts) {
      host.ejection(host.ejection().calmed(now, interval));
    }
    timer.set(interval);
  }

  private void compareRates(
      Function<OutlierHost, IntervalCount> of, OutlierRule rate, OutlierRule percentage) {
    List<OutlierHost> valid = with(
        rate,
        OutlierSetting.SUCCESS_RATE_REQUEST_VOLUME,
        OutlierSetting.SUCCESS_RATE_MINIMUM_HOSTS,
        host -> of.apply(host).volume());
    List<OutlierHost> failing = with(
        percentage,
        OutlierSetting.FAILURE_PERCENTAGE_REQUEST_VOLUME,
        OutlierSetting.FAILURE_PERCENTAGE_MINIMUM_HOSTS,
        host -> of.apply(host).volume());
    if (!valid.isEmpty()) {
      double[] rates =
          valid.stream().mapToDouble(host -> of.apply(host).successRate()).toArray();
      double factor = settings.get(OutlierSetting.SUCCESS_RATE_STDEV_FACTOR) / 1000.0;
      SuccessRates all = SuccessRates.of(rates, factor);
      for (int i = 0; i < rates.length; i++) {
        if (all.isOutlier(rates[i])) {
          outlier(
              valid.get(i),
              rate,
              text(
                  "%.1f %% of %d requests, below %.1f %% (mean %.1f %% of %d servers)",
                  rates[i],
                  of.apply(valid.get(i)).volume(),
                  all.threshold(),
                  all.mean(),
                  rates.length));
        }
      }
    }
    long threshold = settings.get(OutlierSetting.FAILURE_PERCENTAGE_THRESHOLD);
    for (OutlierHost host : failing) {
      double failed = 100 - of.apply(host).successRate();
      if (failed >= threshold) {
        outlier(
            host,
            percentage,
            text(
                "%.1f %% of %d requests, from %d %% on",
                failed, of.apply(host).volume(), threshold));
      }
    }
  }

  private void compareLatencies() {
    List<OutlierHost> valid = with(
        OutlierRule.LATENCY,
        OutlierSetting.LATENCY_REQUEST_VOLUME,
        OutlierSetting.LATENCY_MINIMUM_HOSTS,
        host -> host.external().timed());
    double[] means =
        valid.stream().mapToDouble(host -> host.external().meanNanos()).toArray();
    double factor = settings.get(OutlierSetting.LATENCY_FACTOR) / 1000.0;
    for (int i = 0; i < means.length; i++) {
      double others = Latencies.medianOfOthers(means, i);
      double excess = settings.get(OutlierSetting.LATENCY_MINIMUM_EXCESS);
      if (Latencies.isOutlier(means[i], others, factor, excess)) {
        outlier(
            valid.get(i),
            OutlierRule.LATENCY,
            text(
                "%.1f ms in the mean of %d answers, more than %.1f times the %.1f ms of %d others",
                means[i] / 1e6,
                valid.get(i).external().timed(),
                factor,
                others / 1e6,
                means.length - 1));
      }
    }
  }

  /** Those that take part in a comparison; none where they are too few, or the rule is off. */
  private List<OutlierHost> with(
      OutlierRule rule,
      OutlierSetting volume,
      OutlierSetting minimumHosts,
      Function<OutlierHost, Long> count) {
    if (settings.enforcing(rule) == 0) {
      return List.of();
    }
    List<OutlierHost> valid = hosts.stream()
        .filter(host -> !host.ejection().active() && count.apply(host) >= settings.get(volume))
        .toList();
    return valid.size() >= settings.get(minimumHosts) ? valid : List.of();
  }

  private static String text(String format, Object... figures) {
    return String.format(Locale.ROOT, format, figures);
  }

  private long now() {
    return loop.ticker().nanoTime();
  }
}
