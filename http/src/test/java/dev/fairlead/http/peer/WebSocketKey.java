package dev.fairlead.http.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server of HTTP/1.1 answers to the key of a WebSocket's handshake (RFC 6455 §4.2.2). */
public final class WebSocketKey {
  private static final Pattern KEY = Pattern.compile("(?i)\r\nSec-WebSocket-Key: *(\\S+)");

  private WebSocketKey() {}

  /** The field line for the last request in a text, with its end; empty where that has no key. */
  public static String answer(String requests) {
    Matcher found = KEY.matcher(requests);
    String key = null;
    while (found.find()) {
      key = found.group(1);
    }
    if (key == null) {
      return "";
    }
    try {
      byte[] all = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
      byte[] answer = MessageDigest.getInstance("SHA-1").digest(all);
      return "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(answer) + "\r\n";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
