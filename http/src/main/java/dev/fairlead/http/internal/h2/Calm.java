package dev.fairlead.http.internal.h2;

/**
 * Counts what a peer does that costs us and leads to nothing, period by period: streams that it resets, or
 * makes us reset, and frames without effect (CVE-2023-44487, CVE-2025-8671, CVE-2019-9512 to 9518). On its
 * event loop only.
 */
final class Calm {
  private final Http2Limits limits;
  private long began;
  private int resets;
  private int idleFrames;

  Calm(Http2Limits limits, long now) {
    this.limits = limits;
    this.began = now;
  }

  /** {@return whether one more stream may end like this} */
  boolean reset(long now) {
    renew(now);
    return ++resets <= limits.resets();
  }

  /** {@return whether one more frame without effect is borne} */
  boolean idleFrame(long now) {
    renew(now);
    return ++idleFrames <= limits.idleFrames();
  }

  private void renew(long now) {
    if (now - began >= limits.period()) {
      began = now;
      resets = 0;
      idleFrames = 0;
    }
  }
}
