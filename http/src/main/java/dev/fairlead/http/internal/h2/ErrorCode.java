package dev.fairlead.http.internal.h2;

/** Why a stream or a connection ends (RFC 9113 §7). */
public enum ErrorCode {
  /** Nothing is wrong. */
  NO_ERROR(0),
  /** The peer broke a rule that has no code of its own. */
  PROTOCOL_ERROR(1),
  /** Something failed on this side. */
  INTERNAL_ERROR(2),
  /** The peer sent more than its window allows. */
  FLOW_CONTROL_ERROR(3),
  /** Settings were not acknowledged in time. */
  SETTINGS_TIMEOUT(4),
  /** A frame came for a stream that was closed. */
  STREAM_CLOSED(5),
  /** A frame has a size that it cannot have. */
  FRAME_SIZE_ERROR(6),
  /** The stream was not looked at: it can be sent again. */
  REFUSED_STREAM(7),
  /** The stream is not wanted any more. */
  CANCEL(8),
  /** A header block cannot be decoded: the connection is lost. */
  COMPRESSION_ERROR(9),
  /** What a CONNECT opened has broken off. */
  CONNECT_ERROR(10),
  /** The peer does too much that leads to nothing. */
  ENHANCE_YOUR_CALM(11),
  /** The TLS below is too weak. */
  INADEQUATE_SECURITY(12),
  /** HTTP/1.1 is wanted. */
  HTTP_1_1_REQUIRED(13);

  private static final ErrorCode[] ALL = values();

  private final int code;

  ErrorCode(int code) {
    this.code = code;
  }

  /** {@return its number on the wire} */
  public int code() {
    return code;
  }

  /**
   * {@return whether it tells what became of a request, and so means the same one hop further on; every other
   * code speaks of a connection, or, as {@link #NO_ERROR}, would make half a response look whole}
   */
  public boolean ofRequest() {
    return this == INTERNAL_ERROR
        || this == CANCEL
        || this == CONNECT_ERROR
        || this == ENHANCE_YOUR_CALM;
  }

  /** {@return the meaning of a code; one that is not known means an internal error (RFC 9113 §7)} */
  public static ErrorCode of(long code) {
    for (ErrorCode known : ALL) {
      if (known.code == code) {
        return known;
      }
    }
    return INTERNAL_ERROR;
  }
}
