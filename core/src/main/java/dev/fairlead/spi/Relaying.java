package dev.fairlead.spi;

import dev.fairlead.status.Termination;
import java.time.Duration;

/**
 * The wishes of whoever has bytes relayed. Activity in either direction of a connection counts as life
 * of that connection, as in HAProxy without {@code independent-streams}.
 */
public interface Relaying {
  /** {@return how long the client's connection may rest} */
  Duration clientTimeout();

  /** {@return how long the server's connection may rest} */
  Duration serverTimeout();

  /** {@return how long the client's connection may rest once one direction has ended} */
  Duration clientFinTimeout();

  /** {@return how long the server's connection may rest once one direction has ended} */
  Duration serverFinTimeout();

  /** {@return whether the client has ended its direction before the relay began} */
  default boolean clientEnded() {
    return false;
  }

  /** {@return whether the server has ended its direction before the relay began} */
  default boolean serverEnded() {
    return false;
  }

  /**
   * Both directions have ended, or it was cut off. Both channels are closed or about to be.
   *
   * @param termination how it ended
   * @param fromClient bytes passed to the server
   * @param fromServer bytes passed to the client
   */
  void ended(Termination termination, long fromClient, long fromServer);
}
