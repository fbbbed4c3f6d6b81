package dev.fairlead.http.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.http.StrictMessage;
import dev.fairlead.http.StrictMessage.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a forwarded message has in common with the received one, and how it is framed. */
final class Agreement {
  private static final List<String> HOP_BY_HOP = List.of(
      "connection",
      "http2-settings",
      "keep-alive",
      "proxy-connection",
      "te",
      "transfer-encoding",
      "upgrade");
  private static final List<String> ALWAYS_STAY =
      List.of("host", "content-length", "transfer-encoding", "trailer");

  private Agreement() {}

  /** A server understands a request as the client meant it, and in one way only. */
  static void onRequest(StrictMessage received, StrictMessage forwarded) {
    boolean old = received.start().get(2).endsWith(".0");
    String target = received.start().get(1);
    String path = target;
    List<String> host = received.all("Host");
    if (target.matches("(?is)https?://.*")) {
      String rest = target.substring(target.indexOf("://") + 3);
      int end = rest.split("[/?]", 2)[0].length();
      host = List.of(rest.substring(0, end));
      path = rest.substring(end);
      if (!path.startsWith("/")) {
        boolean whole = path.isEmpty() && received.start().get(0).equals("OPTIONS");
        path = whole ? "*" : "/" + path;
      }
    }
    String version = old && host.isEmpty() ? "HTTP/1.0" : "HTTP/1.1";
    assertThat(forwarded.start()).containsExactly(received.start().get(0), path, version);
    assertThat(forwarded.all("Host")).isEqualTo(host);
    Predicate<Field> apart =
        field -> field.is("Host") || field.is("Content-Length") || (old && field.is("Expect"));
    assertThat(endToEnd(forwarded, forwarded.fields(), apart))
        .isEqualTo(endToEnd(received, received.fields(), apart));
    assertThat(forwarded.all("Expect")).isEqualTo(old ? List.of() : received.all("Expect"));
    assertThat(forwarded.list("TE")).isSubsetOf("trailers");
    assertThat(forwarded.list("Connection")).isSubsetOf("TE", "Upgrade");
    onBody(received, forwarded);
  }

  /** A client understands a response as the server meant it, and in one way only. */
  static void onResponse(StrictMessage received, StrictMessage forwarded) {
    assertThat(forwarded.start())
        .containsExactly("HTTP/1.1", received.start().get(1), received.start().get(2));
    Predicate<Field> apart = field -> field.is("Content-Length");
    assertThat(endToEnd(forwarded, forwarded.fields(), apart))
        .isEqualTo(endToEnd(received, received.fields(), apart));
    assertThat(forwarded.list("Connection")).isSubsetOf("close");
    onBody(received, forwarded);
  }

  /** The same data and trailers, in our own framing: one length, or chunks without anything beside. */
  private static void onBody(StrictMessage received, StrictMessage forwarded) {
    assertThat(forwarded.body()).isEqualTo(received.body());
    assertThat(forwarded.trailers())
        .isEqualTo(endToEnd(received, received.trailers(), field -> false));
    List<String> lengths = forwarded.all("Content-Length");
    List<String> codings = forwarded.all("Transfer-Encoding");
    assertThat(lengths.size() + codings.size()).isLessThanOrEqualTo(1);
    assertThat(codings).isSubsetOf("chunked");
    assertThat(lengths)
        .allSatisfy(length -> assertThat(length).isEqualTo(String.valueOf(Long.parseLong(length))));
    assertThat(forwarded.chunks())
        .allSatisfy(
            chunk -> assertThat(chunk).isEqualTo(Long.toHexString(Long.parseLong(chunk, 16))));
  }

  private static List<Field> endToEnd(
      StrictMessage of, List<Field> fields, Predicate<Field> apart) {
    List<String> named = new ArrayList<>(of.list("Connection").stream()
        .map(option -> option.toLowerCase(Locale.ROOT))
        .toList());
    named.removeAll(ALWAYS_STAY);
    List<String> hop = Stream.concat(named.stream(), HOP_BY_HOP.stream()).toList();
    return fields.stream()
        .filter(apart.negate())
        .filter(field -> !hop.contains(field.name().toLowerCase(Locale.ROOT)))
        .toList();
  }
}
