package dev.fairlead.spi;

/** Why there is no slot to be had. */
public enum Refusal {
  /** No server is eligible. */
  NO_SERVER,
  /** The queue is full. */
  QUEUE_FULL,
  /** The wait took too long. */
  QUEUE_TIMEOUT,
  /** The backend is being stopped. */
  SHUTTING_DOWN,
  /** The strategy failed. */
  INTERNAL_ERROR
}
