package dev.fairlead.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A client library, as far as all of them can do the same. Never follows a redirect. Thread-safe. */
interface WebClient extends AutoCloseable {
  /** Sends a request; its answer comes whole. */
  CompletableFuture<Answer> send(Ask ask);

  /** Asks for a body that is read as it comes. */
  Download open(String path) throws Exception;

  @Override
  void close();

  /** The methods of requests that carry a body have one, which may be empty. */
  enum Body {
    NONE,
    /** With its length. */
    WHOLE,
    /** Without a length. */
    STREAMED,
    /** With its length, once the server has said 100. */
    EXPECTING
  }

  /** A request; its body is ISO 8859-1. */
  record Ask(String method, String path, Body kind, String body, Map<String, String> trailers) {
    static Ask get(String path) {
      return new Ask("GET", path, Body.NONE, "", Map.of());
    }

    static Ask head(String path) {
      return new Ask("HEAD", path, Body.NONE, "", Map.of());
    }

    static Ask post(String path, Body kind, String body) {
      return new Ask("POST", path, kind, body, Map.of());
    }

    byte[] bytes() {
      return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Sent behind a streamed body, by those who can. */
    Ask trailers(Map<String, String> fields) {
      return new Ask(method, path, kind, body, fields);
    }
  }

  /**
   * A whole response; its body is ISO 8859-1.
   *
   * @param version of HTTP: 1 or 2
   * @param fields by their names in lower case
   * @param trailers by their names in lower case; empty where the library does not tell
   */
  record Answer(
      int status,
      int version,
      Map<String, String> fields,
      String body,
      Map<String, String> trailers) {
    static String text(byte[] body) {
      return new String(body, StandardCharsets.ISO_8859_1);
    }

    static String key(String name) {
      return name.toLowerCase(Locale.ROOT);
    }
  }

  /** A body that comes. */
  interface Download {
    /** Reads exactly so many bytes, of ASCII. */
    String read(int count) throws Exception;

    /** Waits for the end; true when nothing came before it. */
    boolean ended() throws Exception;

    /** Leaves in the middle. */
    void cancel() throws Exception;
  }
}
