package dev.fairlead.http.internal.h1;

/** The methods that are known by name; any other token is passed on as it is. */
public enum Method {
  /** Any other method. */
  OTHER,
  /** Reads. */
  GET,
  /** Reads, without the body. */
  HEAD,
  /** Sends. */
  POST,
  /** Replaces. */
  PUT,
  /** Deletes. */
  DELETE,
  /** Asks what can be done. */
  OPTIONS,
  /** Changes a part. */
  PATCH,
  /** Gets back what arrives. */
  TRACE,
  /** Opens a tunnel. */
  CONNECT;

  static Method of(byte[] b, int length) {
    Method likely = switch (length) {
      case 3 -> b[0] == 'G' ? GET : PUT;
      case 4 -> b[0] == 'H' ? HEAD : POST;
      case 5 -> b[0] == 'P' ? PATCH : TRACE;
      case 6 -> DELETE;
      case 7 -> b[0] == 'O' ? OPTIONS : CONNECT;
      default -> OTHER;
    };
    if (likely == OTHER) {
      return OTHER;
    }
    String name = likely.name();
    for (int i = 0; i < length; i++) {
      // Methods are case-sensitive (RFC 9110 §9.1).
      if (b[i] != name.charAt(i)) {
        return OTHER;
      }
    }
    return likely;
  }
}
