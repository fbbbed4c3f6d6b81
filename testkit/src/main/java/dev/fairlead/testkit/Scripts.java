package dev.fairlead.testkit;

import dev.fairlead.testkit.ScriptedServer.Script;
import java.time.Duration;

/** The usual scripts for a {@link ScriptedServer}. Stateless. */
public final class Scripts {
  private Scripts() {}

  /**
   * Accepts, and never reads or answers.
   *
   * @return the script
   */
  public static Script hang() {
    return ScriptedConnection::hang;
  }

  /**
   * Accepts and closes.
   *
   * @return the script
   */
  public static Script closeAtOnce() {
    return ScriptedConnection::close;
  }

  /**
   * Breaks the connection after it has received so many bytes.
   *
   * @param count 0: at once
   * @return the script
   */
  public static Script resetAfter(int count) {
    return client -> {
      client.read(count);
      client.reset();
    };
  }

  /**
   * Sends back whatever comes, until the client ends.
   *
   * @return the script
   */
  public static Script echo() {
    return client -> {
      for (String some = client.readSome(); !some.isEmpty(); some = client.readSome()) {
        client.write(some);
      }
    };
  }

  /**
   * Answers each HTTP request with the same bytes, and keeps the connection.
   *
   * @param response head and body as they go over the wire
   * @return the script
   */
  public static Script answer(String response) {
    return client -> {
      while (true) {
        client.readRequest();
        client.write(response);
      }
    };
  }

  /**
   * A complete response with status 200, a length, and a plain text.
   *
   * @param body ISO 8859-1
   * @return head and body as they go over the wire
   */
  public static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
        + "\r\n\r\n" + body;
  }

  /**
   * Answers each HTTP request a few bytes at a time.
   *
   * @param response head and body as they go over the wire
   * @param perTick how many bytes at once
   * @param tick the pause after each write
   * @return the script
   */
  public static Script drip(String response, int perTick, Duration tick) {
    return client -> {
      while (true) {
        client.readRequest();
        client.drip(response, perTick, tick);
      }
    };
  }

  /**
   * Sends a text and ends its direction at once, then reads on until the client ends too.
   *
   * @param farewell sent before the end
   * @return the script
   */
  public static Script halfClose(String farewell) {
    return client -> {
      client.write(farewell);
      client.closeOutput();
      client.readAll();
    };
  }

  /**
   * Answers an HTTP request with one good chunk and then one whose size is no number.
   *
   * @return the script
   */
  public static Script badChunk() {
    return client -> {
      client.readRequest();
      client.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ngood\r\nno-size\r\n");
      client.readAll();
    };
  }

  /**
   * Plays the first script to the first client, the second to the second, and the last to all others.
   *
   * @param scripts at least one
   * @return the script
   */
  public static Script inTurn(Script... scripts) {
    return client -> scripts[Math.min(client.number(), scripts.length) - 1].play(client);
  }
}
