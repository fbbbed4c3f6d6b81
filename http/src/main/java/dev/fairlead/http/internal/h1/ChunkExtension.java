package dev.fairlead.http.internal.h1;

/** The grammar of chunk extensions (RFC 9112 §7.1.1), which are checked and dropped. Pure functions. */
final class ChunkExtension {
  static final int FAULT = -1;
  /** Behind a semicolon. */
  static final int BEGIN = 0;

  private static final int NAME = 1;
  private static final int NAME_AND_SPACE = 2;
  /** Behind an equals sign. */
  private static final int EQUALS = 3;

  private static final int VALUE = 4;
  private static final int VALUE_AND_SPACE = 5;
  private static final int QUOTED = 6;
  private static final int ESCAPED = 7;
  /** Behind the closing quote. */
  private static final int UNQUOTED = 8;

  private ChunkExtension() {}

  /** {@return the state behind one more byte, or {@link #FAULT}} */
  static int next(int state, byte c) {
    return switch (state) {
      case BEGIN -> Ascii.isSpace(c) ? BEGIN : Ascii.isToken(c) ? NAME : FAULT;
      case NAME -> Ascii.isToken(c) ? NAME : behindName(c);
      case NAME_AND_SPACE -> behindName(c);
      case EQUALS ->
        Ascii.isSpace(c) ? EQUALS : c == '"' ? QUOTED : Ascii.isToken(c) ? VALUE : FAULT;
      case VALUE -> Ascii.isToken(c) ? VALUE : behindValue(c);
      case QUOTED -> c == '"' ? UNQUOTED : c == '\\' ? ESCAPED : Ascii.isText(c) ? QUOTED : FAULT;
      case ESCAPED -> Ascii.isText(c) ? QUOTED : FAULT;
      default -> behindValue(c);
    };
  }

  private static int behindName(byte c) {
    return c == '=' ? EQUALS : c == ';' ? BEGIN : Ascii.isSpace(c) ? NAME_AND_SPACE : FAULT;
  }

  private static int behindValue(byte c) {
    return c == ';' ? BEGIN : Ascii.isSpace(c) ? VALUE_AND_SPACE : FAULT;
  }

  /** {@return whether the line may end here} */
  static boolean mayEnd(int state) {
    return state == NAME || state == VALUE || state == UNQUOTED;
  }
}
