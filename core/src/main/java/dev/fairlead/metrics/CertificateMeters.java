package dev.fairlead.metrics;

import dev.fairlead.status.CertificateStatus;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Registers a gauge for each certificate that is served. Not thread-safe; the gauges may be read by all. */
final class CertificateMeters {
  private final MeterRegistry registry;
  private final Map<Name, Expiry> meters = new HashMap<>();

  /** What a gauge is known by. */
  private record Name(String frontend, String certificate) {}

  CertificateMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** There are gauges for these from now on, and no others. Of two with one name, the first end counts. */
  void bring(List<CertificateStatus> served) {
    Map<Name, Instant> ends = new HashMap<>();
    for (CertificateStatus one : served) {
      ends.merge(
          new Name(one.frontend(), one.certificate()),
          one.notAfter(),
          (a, b) -> a.isBefore(b) ? a : b);
    }
    meters.entrySet().removeIf(entry -> {
      boolean gone = !ends.containsKey(entry.getKey());
      if (gone) {
        registry.remove(entry.getValue().meter);
      }
      return gone;
    });
    ends.forEach((name, end) -> {
      Expiry known = meters.get(name);
      if (known == null) {
        meters.put(name, new Expiry(name, end));
      } else {
        known.end = end;
      }
    });
  }

  /** Kept here, since a gauge holds what it reads weakly. */
  private final class Expiry {
    private volatile Instant end;
    private final Meter meter;

    Expiry(Name name, Instant end) {
      this.end = end;
      this.meter = TimeGauge.builder(
              "fairlead.tls.certificate.expiry", this, TimeUnit.MILLISECONDS, Expiry::millis)
          .tags("frontend", name.frontend(), "certificate", name.certificate())
          .description("How long until the certificate ends; negative when it has")
          .register(registry);
    }

    private double millis() {
      return end.toEpochMilli() - (double) registry.config().clock().wallTime();
    }
  }
}
