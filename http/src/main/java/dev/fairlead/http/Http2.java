package dev.fairlead.http;

import com.google.errorprone.annotations.CheckReturnValue;
import dev.fairlead.http.internal.h2.Http2Limits;
import dev.fairlead.spi.Check;
import java.time.Duration;

/**
 * What is allowed on HTTP/2 connections (RFC 9113), from clients and to servers. Immutable; a method with an
 * argument returns a changed copy.
 *
 * <p>A peer that goes beyond a limit of how often it may do something gets a GOAWAY with ENHANCE_YOUR_CALM,
 * and its connection is closed.
 *
 * <pre>{@code
 * HttpFrontend.builder("web").http2(Http2.defaults().maxConcurrentStreams(250))
 * }</pre>
 */
@CheckReturnValue
public final class Http2 {
  private static final Http2 DEFAULT =
      new Http2(100, 64 * 1024, 200, 10_000, Duration.ofSeconds(30), true, false);

  private final int maxConcurrentStreams;
  private final int streamWindow;
  private final int maxResets;
  private final int maxIdleFrames;
  private final Duration period;
  private final boolean priorKnowledge;
  private final boolean upgrade;

  private Http2(
      int maxConcurrentStreams,
      int streamWindow,
      int maxResets,
      int maxIdleFrames,
      Duration period,
      boolean priorKnowledge,
      boolean upgrade) {
    this.maxConcurrentStreams = maxConcurrentStreams;
    this.streamWindow = streamWindow;
    this.maxResets = maxResets;
    this.maxIdleFrames = maxIdleFrames;
    this.period = period;
    this.priorKnowledge = priorKnowledge;
    this.upgrade = upgrade;
  }

  /**
   * {@return 100 streams at once, windows of 64 KiB, 200 resets and 10,000 idle frames in 30 s, with prior
   * knowledge}
   */
  public static Http2 defaults() {
    return DEFAULT;
  }

  /** {@return how many streams a client may have open at once} */
  public int maxConcurrentStreams() {
    return maxConcurrentStreams;
  }

  /**
   * How many streams a client may have open at once on a connection (HAProxy: {@code
   * tune.h2.fe.max-concurrent-streams}, Nginx: {@code http2_max_concurrent_streams}); for connections to
   * servers see {@link ServerConnections#maxStreams}. Default 100.
   *
   * @param streams 1..100000
   * @return a changed copy
   */
  public Http2 maxConcurrentStreams(int streams) {
    return new Http2(
        Check.range("maxConcurrentStreams", streams, 1, 100_000),
        streamWindow,
        maxResets,
        maxIdleFrames,
        period,
        priorKnowledge,
        upgrade);
  }

  /** {@return how many bytes a peer may send on a stream before they were passed on} */
  public int streamWindow() {
    return streamWindow;
  }

  /**
   * How many bytes a peer may send on a stream before they were passed on (HAProxy: {@code
   * tune.h2.initial-window-size}). That much memory a slow stream may hold. Default 64 KiB; more is faster
   * over long distances.
   *
   * @param bytes 1024..16777216
   * @return a changed copy
   */
  public Http2 streamWindow(int bytes) {
    return new Http2(
        maxConcurrentStreams,
        Check.range("streamWindow", bytes, 1024, 16 * 1024 * 1024),
        maxResets,
        maxIdleFrames,
        period,
        priorKnowledge,
        upgrade);
  }

  /** {@return how many streams a client may reset in one period} */
  public int maxResets() {
    return maxResets;
  }

  /**
   * How many streams a client may reset before their response has begun, or make us reset by breaking
   * rules, in one period (CVE-2023-44487,
   * CVE-2025-8671). Default 200.
   *
   * @param resets 1 or more
   * @return a changed copy
   */
  public Http2 maxResets(int resets) {
    return new Http2(
        maxConcurrentStreams,
        streamWindow,
        Check.range("maxResets", resets, 1, Integer.MAX_VALUE),
        maxIdleFrames,
        period,
        priorKnowledge,
        upgrade);
  }

  /** {@return how many frames that move nothing on a peer may send in one period} */
  public int maxIdleFrames() {
    return maxIdleFrames;
  }

  /**
   * How many frames that move nothing on a peer may send in one period: settings, pings, priorities, empty
   * data, tiny windows, unknown ones (CVE-2019-9511 to 9518). Default 10,000.
   *
   * @param frames 1 or more
   * @return a changed copy
   */
  public Http2 maxIdleFrames(int frames) {
    return new Http2(
        maxConcurrentStreams,
        streamWindow,
        maxResets,
        Check.range("maxIdleFrames", frames, 1, Integer.MAX_VALUE),
        period,
        priorKnowledge,
        upgrade);
  }

  /** {@return the period in which resets and idle frames are counted} */
  public Duration period() {
    return period;
  }

  /**
   * In which period resets and idle frames are counted. Default 30 s.
   *
   * @param time more than 0
   * @return a changed copy
   */
  public Http2 period(Duration time) {
    return new Http2(
        maxConcurrentStreams,
        streamWindow,
        maxResets,
        maxIdleFrames,
        Check.positive("period", time),
        priorKnowledge,
        upgrade);
  }

  /** {@return whether a client may begin HTTP/2 without TLS and without asking} */
  public boolean priorKnowledge() {
    return priorKnowledge;
  }

  /**
   * Whether a client may begin HTTP/2 without TLS and without asking (RFC 9113 §3.3; HAProxy: {@code no
   * option disable-h2-upgrade}). Default true.
   *
   * @param allowed false: such a client gets 505
   * @return a changed copy
   */
  public Http2 priorKnowledge(boolean allowed) {
    return new Http2(
        maxConcurrentStreams, streamWindow, maxResets, maxIdleFrames, period, allowed, upgrade);
  }

  /** {@return whether a client of HTTP/1.1 may go over to HTTP/2} */
  public boolean upgrade() {
    return upgrade;
  }

  /**
   * Whether a client of HTTP/1.1 without TLS may go over to HTTP/2 by {@code Upgrade: h2c} with its first
   * request, if that has no body (RFC 7540 §3.2; RFC 9113 has given it up). Default false: the field is
   * ignored. It is never sent to servers.
   *
   * @param allowed true: it may
   * @return a changed copy
   */
  public Http2 upgrade(boolean allowed) {
    return new Http2(
        maxConcurrentStreams,
        streamWindow,
        maxResets,
        maxIdleFrames,
        period,
        priorKnowledge,
        allowed);
  }

  Http2Limits limits() {
    return new Http2Limits(
        maxConcurrentStreams, streamWindow, maxResets, maxIdleFrames, period.toNanos());
  }
}
