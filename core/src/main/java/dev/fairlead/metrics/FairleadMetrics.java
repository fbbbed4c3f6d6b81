package dev.fairlead.metrics;

import dev.fairlead.status.StatsSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The numbers of a load balancer as Micrometer meters. They are read when the registry asks, not told
 * by traffic: what nobody reads costs nothing. Frontends, backends and servers that come get their
 * meters, those of what has gone are removed. Thread-safe.
 *
 * <pre>{@code
 * FairleadMetrics metrics = new FairleadMetrics(lb);
 * metrics.bindTo(registry);
 * }</pre>
 *
 * <p>Names begin with {@code fairlead.frontend} (tag {@code frontend}), {@code fairlead.backend} (tag
 * {@code backend}) or {@code fairlead.server} (tags {@code backend}, {@code server}):
 *
 * <ul>
 *   <li>{@code .sessions}, {@code .requests}, {@code .retries}, {@code .redispatches}: counters
 *   <li>{@code .bytes}, by {@code direction} (in, out): a counter
 *   <li>{@code .errors}, by {@code kind}: a counter for each of {@link
 *       dev.fairlead.status.Counter}'s kinds of error, for instance {@code connect_errors}
 *   <li>{@code .responses}, by {@code status} (1xx to 5xx): a counter
 *   <li>{@code .current}, {@code .queued}: gauges
 *   <li>{@code .latency}, by {@code stage} (queue, connect, response, total): count and sum
 *   <li>{@code .latency.percentile}, by {@code stage} and {@code phi} (0.5, 0.9, 0.99): a gauge over the
 *       last one to two minutes of being read
 *   <li>of servers only, {@code .health} (1 up or unchecked, 0 down), {@code .eligible} (1, 0), {@code
 *       .weight}, {@code .limit} (0 for none): gauges
 * </ul>
 *
 * <p>And for each certificate that a frontend serves (tags {@code frontend}, {@code certificate}: its
 * file, or the subject of one in memory), {@code fairlead.tls.certificate.expiry}: a gauge of the time
 * until it ends, or an authority above it does when that is earlier; negative afterwards. It follows
 * changes at run time. In Prometheus, {@code fairlead_tls_certificate_expiry_seconds < 14 * 86400}.
 *
 * <p>Gauges, latencies and health are read at most once a second, by the registry's clock.
 */
@SuppressWarnings("exports") // Micrometer is optional: whoever uses this class requires it anyhow
public final class FairleadMetrics implements MeterBinder, AutoCloseable {
  private final StatsSource source;
  private final List<Following> bound = new CopyOnWriteArrayList<>();

  /**
   * Metrics that are bound to no registry yet.
   *
   * @param source a running load balancer
   */
  public FairleadMetrics(StatsSource source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * Registers the meters, and keeps following the source until {@link #close()}.
   *
   * @param registry may be one of several
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    bound.add(new Following(source, registry));
  }

  /** Removes all meters from all registries. */
  @Override
  public void close() {
    bound.forEach(Following::close);
    bound.clear();
  }
}
