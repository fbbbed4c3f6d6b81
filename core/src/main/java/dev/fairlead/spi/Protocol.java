package dev.fairlead.spi;

/**
 * What a frontend does with its connections. One object serves one opened frontend; {@link #accepted}
 * is called on the event loop of the connection, {@link #drain} on the control loop.
 */
public interface Protocol {
  /**
   * Takes over a new connection. Auto-read is off: nothing is read until the protocol asks. Everything
   * that it holds for the connection must be given back when the channel becomes inactive.
   *
   * @param client the connection, past all that the edge does; its channel is active
   */
  void accepted(Connection client);

  /**
   * The frontend has stopped listening and wants its connections to end soon: idle ones at once, others
   * after what they do now. Whoever is left when the grace is over is closed from outside.
   */
  void drain();
}
