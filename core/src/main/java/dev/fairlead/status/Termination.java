package dev.fairlead.status;

import org.jspecify.annotations.Nullable;

/**
 * Why, and at which stage, a session or an exchange ended: the first two letters of HAProxy's
 * termination state ({@code sQ}: a time-out on the server's side while in the queue).
 *
 * @param cause who or what ended it
 * @param stage what it was doing at that moment
 * @param reason why it did not get past an edge (PROXY header, TLS, rules, what a server can do); null where
 *     that was not it
 */
public record Termination(
    Cause cause, Stage stage, @Nullable Reason reason) {
  /**
   * An end that no edge caused.
   *
   * @param cause who or what ended it
   * @param stage what it was doing at that moment
   */
  public Termination(Cause cause, Stage stage) {
    this(cause, stage, null);
  }

  /** A regular end. */
  public static final Termination NORMAL = new Termination(Cause.NONE, Stage.NONE);

  /** Who or what ended a session. */
  public enum Cause {
    /** Nobody: it came to its regular end. */
    NONE('-'),
    /** The client closed or reset the connection. */
    CLIENT('C'),
    /** The server refused, closed or reset the connection, or sent something malformed. */
    SERVER('S'),
    /** The proxy refused it: malformed request, rule, or limit. */
    PROXY('P'),
    /** The proxy answered by itself, as configured. */
    LOCAL('L'),
    /** A resource of the proxy ran out. */
    RESOURCE('R'),
    /** A failure inside the proxy or in user code that it called. */
    INTERNAL('I'),
    /** The proxy ended it since the server was declared down. */
    DOWN('D'),
    /** The proxy ended it on a backup, since a server that comes first was declared up. */
    UP('U'),
    /** An operator or a shutdown ended it. */
    KILLED('K'),
    /** The client did not act in time. */
    CLIENT_TIMEOUT('c'),
    /** The server did not act in time. */
    SERVER_TIMEOUT('s');

    private final char letter;

    Cause(char letter) {
      this.letter = letter;
    }

    /** {@return HAProxy's letter} */
    public char letter() {
      return letter;
    }
  }

  /** What a session was doing when it ended. */
  public enum Stage {
    /** It had ended regularly. */
    NONE('-'),
    /** Waiting for a complete and valid request. */
    REQUEST('R'),
    /** Waiting in a queue for a slot. */
    QUEUE('Q'),
    /** Connecting to the server. */
    CONNECT('C'),
    /** Waiting for a complete and valid response head. */
    HEADERS('H'),
    /** Transferring data. */
    DATA('D'),
    /** Passing on the last data to the client, after the server had finished. */
    LAST('L');

    private final char letter;

    Stage(char letter) {
      this.letter = letter;
    }

    /** {@return HAProxy's letter} */
    public char letter() {
      return letter;
    }
  }

  /** {@return HAProxy's two letters, for example {@code --} or {@code sQ}} */
  @Override
  public String toString() {
    return "" + cause.letter() + stage.letter();
  }
}
