package dev.fairlead.event;

/**
 * A protocol's part of the event that ends a unit of work. Open, so that a module that core does not
 * know can add its own; immutable.
 */
public interface Detail {
  /** {@return the protocol's name, for example {@code HTTP/1.1}} */
  String protocol();

  /** {@return the protocol's result code as sent to the client, or -1 for none} */
  int status();

  /** {@return the request in one line without control characters, as a log shows it} */
  String request();
}
