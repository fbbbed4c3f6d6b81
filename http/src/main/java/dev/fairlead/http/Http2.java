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
  private static final Http2 DEFAULT = new Http2(new Draft());

  private final int maxConcurrentStreams;
  private final int streamWindow;
  private final int maxResets;
  private final int maxIdleFrames;
  private final Duration period;
  private final boolean priorKnowledge;
  private final boolean upgrade;

  private Http2(Draft draft) {
    this.maxConcurrentStreams = draft.maxConcurrentStreams;
    this.streamWindow = draft.streamWindow;
    this.maxResets = draft.maxResets;
    this.maxIdleFrames = draft.maxIdleFrames;
    this.period = draft.period;
    this.priorKnowledge = draft.priorKnowledge;
    this.upgrade = draft.upgrade;
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
    Draft draft = new Draft(this);
    draft.maxConcurrentStreams = Check.range("maxConcurrentStreams", streams, 1, 100_000);
    return new Http2(draft);
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
    Draft draft = new Draft(this);
    draft.streamWindow = Check.range("streamWindow", bytes, 1024, 16 * 1024 * 1024);
    return new Http2(draft);
  }

  /** {@return how many streams a client may reset in one period} */
  public int maxResets() {
    return maxResets;
  }

  /**
   * How many streams a client may reset before their response has begun, for which an interim one does not
   * count, or make us reset by breaking rules, in one period (CVE-2023-44487, CVE-2025-8671). Default 200.
   *
   * @param resets 1 or more
   * @return a changed copy
   */
  public Http2 maxResets(int resets) {
    Draft draft = new Draft(this);
    draft.maxResets = Check.range("maxResets", resets, 1, Integer.MAX_VALUE);
    return new Http2(draft);
  }

  /** {@return how many frames that move nothing on a peer may send in one period} */
  public int maxIdleFrames() {
    return maxIdleFrames;
  }

  /**
   * How many frames that move nothing on a peer may send in one period: settings, pings, priorities, empty
   * data, tiny windows, what comes for streams that are over, unknown ones (CVE-2019-9511 to 9518). A stream
   * that begins and a frame of data, sent or received, allow three more, so that peers that are busy need not
   * be afraid. Default 10,000.
   *
   * @param frames 1 or more
   * @return a changed copy
   */
  public Http2 maxIdleFrames(int frames) {
    Draft draft = new Draft(this);
    draft.maxIdleFrames = Check.range("maxIdleFrames", frames, 1, Integer.MAX_VALUE);
    return new Http2(draft);
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
    Draft draft = new Draft(this);
    draft.period = Check.positive("period", time);
    return new Http2(draft);
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
    Draft draft = new Draft(this);
    draft.priorKnowledge = allowed;
    return new Http2(draft);
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
    Draft draft = new Draft(this);
    draft.upgrade = allowed;
    return new Http2(draft);
  }

  Http2Limits limits() {
    return new Http2Limits(
        maxConcurrentStreams, streamWindow, maxResets, maxIdleFrames, period.toNanos());
  }

  /** The fields while a copy is made. */
  private static final class Draft {
    private int maxConcurrentStreams = 100;
    private int streamWindow = 64 * 1024;
    private int maxResets = 200;
    private int maxIdleFrames = 10_000;
    private Duration period = Duration.ofSeconds(30);
    private boolean priorKnowledge = true;
    private boolean upgrade;

    Draft() {}

    Draft(Http2 from) {
      maxConcurrentStreams = from.maxConcurrentStreams;
      streamWindow = from.streamWindow;
      maxResets = from.maxResets;
      maxIdleFrames = from.maxIdleFrames;
      period = from.period;
      priorKnowledge = from.priorKnowledge;
      upgrade = from.upgrade;
    }
  }
}
