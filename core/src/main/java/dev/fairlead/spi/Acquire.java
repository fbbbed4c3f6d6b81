package dev.fairlead.spi;

import dev.fairlead.balance.PickContext;
import dev.fairlead.status.Termination;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * How a protocol asks for a server. The object that stands for the session or the exchange implements
 * it: no future, promise or lambda per request.
 */
public interface Acquire extends PickContext {
  /** {@return the loop on which the answer is wanted} */
  EventLoop loop();

  /** {@return the client's connection} */
  Connection connection();

  /** {@return the host that the request names, without a port, where the protocol has one} */
  default @Nullable String host() {
    return null;
  }

  /** {@return the ticker's reading when the unit of work arrived; the same for all its attempts} */
  long arrivedNanos();

  /** {@return the name of the server to which it is bound, or null} */
  default @Nullable String preferred() {
    return null;
  }

  /** {@return how firmly it is bound to {@link #preferred()}} */
  default Affinity affinity() {
    return Affinity.NONE;
  }

  /** {@return the class in the queue, -2047..2047, lower ones first (HAProxy: set-priority-class)} */
  default int queueClass() {
    return 0;
  }

  /** {@return milliseconds added to the arrival in the queue's order (HAProxy: set-priority-offset)} */
  default int queueOffsetMillis() {
    return 0;
  }

  /**
   * A slot was taken.
   *
   * @param lease to be released exactly once
   */
  void granted(Lease lease);

  /**
   * There is no slot to be had.
   *
   * @param why the reason
   */
  void refused(Refusal why);

  /**
   * A lease is wanted back: its server is being taken away and the grace is over, or its sessions are not
   * to outlive a mark. The unit of work is to be ended and the lease released, soon.
   *
   * @param lease one that was granted and not released yet
   * @param why with what cause the unit of work ends: {@code KILLED}, {@code DOWN} or {@code UP}
   */
  void revoked(Lease lease, Termination.Cause why);

  /** How firmly a request is bound to a server. */
  enum Affinity {
    /** Not at all. */
    NONE,
    /**
     * It goes there, and waits there, even when the server drains or has weight 0; it is balanced as
     * any other when that server is down, in maintenance or gone (HAProxy: persistence with redispatch).
     */
    STICKY
  }
}
