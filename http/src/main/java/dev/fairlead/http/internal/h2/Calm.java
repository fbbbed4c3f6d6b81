package dev.fairlead.http.internal.h2;

/**
 * Counts what a peer does that costs us and leads to nothing, period by period: streams that it resets, or
 * makes us reset, and frames without effect (CVE-2023-44487, CVE-2025-8671, CVE-2019-9512 to 9518). On its
 * event loop only.
 *
 * <p>Frames without effect are the companions of what has one: gRPC measures its distance by a ping for the
 * data of each round trip, some clients give back two windows for each frame of data, however small. So what
 * goes on pays for them, and a peer that wants to send more of them without end has to let as much go on as
 * if it sent none.
 */
final class Calm {
  /** Two windows and a ping, which is the most that honest peers send with a frame of data. */
  private static final int PAYS_FOR = 3;

  private final Http2Limits limits;
  private long began;
  private int resets;
  private long idleFrames;
  private long paid;

  Calm(Http2Limits limits, long now) {
    this.limits = limits;
    this.began = now;
  }

  /** {@return whether one more stream may end like this} */
  boolean reset(long now) {
    renew(now);
    return ++resets <= limits.resets();
  }

  /** A stream has begun, or data has moved, either way. */
  void progress() {
    paid += PAYS_FOR;
  }

  /** {@return whether one more frame without effect is borne} */
  boolean idleFrame(long now) {
    renew(now);
    return ++idleFrames <= limits.idleFrames() + paid;
  }

  private void renew(long now) {
    if (now - began >= limits.period()) {
      began = now;
      resets = 0;
      idleFrames = 0;
      paid = 0;
    }
  }
}
