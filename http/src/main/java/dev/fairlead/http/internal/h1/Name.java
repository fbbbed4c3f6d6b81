package dev.fairlead.http.internal.h1;

/**
 * Field names that the proxy acts on, recognised by length and bytes. Plain numbers, since each field of
 * each head has one.
 */
final class Name {
  static final int OTHER = 0;
  static final int HOST = 1;
  static final int CONTENT_LENGTH = 2;
  static final int TRANSFER_ENCODING = 3;
  static final int CONNECTION = 4;
  static final int KEEP_ALIVE = 5;
  static final int PROXY_CONNECTION = 6;
  static final int TE = 7;
  static final int TRAILER = 8;
  static final int UPGRADE = 9;
  static final int HTTP2_SETTINGS = 10;
  static final int EXPECT = 11;

  private static final byte[][] NAMES = {
    {},
    Ascii.bytes("host"),
    Ascii.bytes("content-length"),
    Ascii.bytes("transfer-encoding"),
    Ascii.bytes("connection"),
    Ascii.bytes("keep-alive"),
    Ascii.bytes("proxy-connection"),
    Ascii.bytes("te"),
    Ascii.bytes("trailer"),
    Ascii.bytes("upgrade"),
    Ascii.bytes("http2-settings"),
    Ascii.bytes("expect")
  };

  private Name() {}

  static int of(byte[] bytes, int from, int to) {
    return switch (to - from) {
      case 2 -> check(bytes, from, to, TE);
      case 4 -> check(bytes, from, to, HOST);
      case 6 -> check(bytes, from, to, EXPECT);
      case 7 -> check(bytes, from, to, first(bytes[from], 't') ? TRAILER : UPGRADE);
      case 10 -> check(bytes, from, to, first(bytes[from], 'c') ? CONNECTION : KEEP_ALIVE);
      case 14 -> check(bytes, from, to, first(bytes[from], 'c') ? CONTENT_LENGTH : HTTP2_SETTINGS);
      case 16 -> check(bytes, from, to, PROXY_CONNECTION);
      case 17 -> check(bytes, from, to, TRANSFER_ENCODING);
      default -> OTHER;
    };
  }

  private static boolean first(byte b, char letter) {
    return (b | 0x20) == letter;
  }

  /** Fields that mean something to the next hop only (RFC 9110 §7.6.1): they are never passed on as such. */
  static boolean hopByHop(int name) {
    return switch (name) {
      case CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          TE,
          TRANSFER_ENCODING,
          UPGRADE,
          HTTP2_SETTINGS -> true;
      default -> false;
    };
  }

  /** Fields that must not be taken away by naming them in {@code Connection}. */
  static boolean protectedName(int name) {
    return name == HOST || name == CONTENT_LENGTH || name == TRANSFER_ENCODING || name == TRAILER;
  }

  /** Fields that frame or route the message, and have no business behind its body (RFC 9110 §6.5.1). */
  static boolean forbiddenInTrailers(int name) {
    return name != OTHER;
  }

  private static int check(byte[] bytes, int from, int to, int name) {
    return Ascii.same(bytes, from, to, NAMES[name]) ? name : OTHER;
  }
}
