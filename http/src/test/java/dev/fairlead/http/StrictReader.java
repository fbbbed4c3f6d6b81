package dev.fairlead.http;

import dev.fairlead.http.StrictMessage.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second reader of HTTP/1.1, written from RFC 9112 for tests only: it shares no line with the one under test,
 * knows no limits, and repairs nothing. A character is a byte.
 */
public final class StrictReader {
  /** The message is malformed or ambiguous. */
  public static final class Bad extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int status;

    Bad(int status, String why) {
      super(why);
      this.status = status;
    }

    /** With which status a request like this is refused. */
    public int status() {
      return status;
    }
  }

  /** The message is not whole. */
  public static final class Unfinished extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unfinished() {}
  }

  private static final String TOKEN = "[-!#$%&'*+.^_`|~0-9A-Za-z]+";
  private static final String VALUE = "[\\t\\x20-\\x7e\\x80-\\xff]*";
  private static final String AUTHORITY =
      "(?:\\[[0-9A-Fa-f:.]{2,}]|(?:[-._~!$&'()*+;=0-9A-Za-z]++|%[0-9A-Fa-f]{2})++)(?::(\\d*))?";
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]+) (HTTP/\\d\\.\\d)");
  private static final Pattern STATUS_LINE =
      Pattern.compile("(HTTP/1\\.\\d) ([1-5]\\d\\d)(?: (" + VALUE + "))?");
  private static final Pattern FIELD = Pattern.compile("(" + TOKEN + "):(" + VALUE + ")");
  private static final Pattern ABSOLUTE =
      Pattern.compile("(?i:https?)://(" + AUTHORITY + ")([/?].*)?");
  private static final Pattern HOST = Pattern.compile(AUTHORITY);
  private static final Pattern CODINGS =
      Pattern.compile(TOKEN + "(?:[ \\t]*,[ \\t]*" + TOKEN + ")*");
  private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})(?:;[ \\t]*" + TOKEN
      + "(?:[ \\t]*=[ \\t]*(?:" + TOKEN
      + "|\"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*\"))?"
      + "(?:[ \\t]*(?=;))?)*");
  private static final List<String> NOT_IN_TRAILERS = List.of(
      "connection",
      "content-length",
      "expect",
      "host",
      "http2-settings",
      "keep-alive",
      "proxy-connection",
      "te",
      "trailer",
      "transfer-encoding",
      "upgrade");

  private final String text;
  private int at;

  /** A reader of some bytes. */
  public StrictReader(String text) {
    this.text = text;
  }

  /** Whether all was read. */
  public boolean atEnd() {
    return at == text.length();
  }

  /** Reads a request. One empty line before it is forgiven. */
  public StrictMessage request() {
    if (text.startsWith("\r\n", at)) {
      at += 2;
    } else if ("\r".equals(text.substring(at))) {
      throw new Unfinished();
    }
    Matcher line = match(REQUEST_LINE, line());
    String version = line.group(3);
    if (!version.startsWith("HTTP/1")) {
      throw new Bad(505, version);
    }
    boolean old = version.endsWith(".0");
    target(line.group(1), line.group(2));
    StrictMessage head = message(List.of(line.group(1), line.group(2), version), fields());
    host(head.all("Host"), old);
    connection(head);
    boolean chunked = coded(head, old);
    long length = length(head);
    if (old && (chunked || length > 0) && line.group(1).matches("GET|HEAD|DELETE")) {
      throw new Bad(400, "a body that HTTP/1.0 does not know");
    }
    if (line.group(1).equals("CONNECT")) {
      if (chunked || length > 0) {
        throw new Bad(400, "a tunnel with a body");
      }
      sameHost(line.group(2), head.all("Host"));
    }
    return chunked ? chunks(head) : withBody(head, take(Math.max(0, length)));
  }

  /**
   * Reads a response.
   *
   * @param method of its request
   * @param closed whether no more bytes will come
   */
  public StrictMessage response(String method, boolean closed) {
    Matcher line = match(STATUS_LINE, line());
    String reason = line.group(3) == null ? "" : line.group(3);
    StrictMessage head = message(List.of(line.group(1), line.group(2), reason), fields());
    connection(head);
    boolean chunked = coded(head, line.group(1).endsWith(".0"));
    long length = length(head);
    int status = head.status();
    if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
      return head;
    }
    if (chunked) {
      return chunks(head);
    }
    if (length < 0 && !closed) {
      throw new Unfinished();
    }
    return withBody(head, take(length < 0 ? text.length() - at : length));
  }

  private static StrictMessage message(List<String> start, List<Field> fields) {
    return new StrictMessage(start, fields, "", List.of(), List.of());
  }

  private static StrictMessage withBody(StrictMessage head, String body) {
    return new StrictMessage(head.start(), head.fields(), body, List.of(), List.of());
  }

  private static Matcher match(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new Bad(400, text);
    }
    return matcher;
  }

  private String line() {
    Matcher control = CONTROL.matcher(text);
    if (!control.find(at)) {
      throw new Unfinished();
    }
    int end = control.start();
    if (!text.startsWith("\r\n", end)) {
      if (text.charAt(end) == '\r' && end + 1 == text.length()) {
        throw new Unfinished();
      }
      throw new Bad(400, "a control character");
    }
    String line = text.substring(at, end);
    at = end + 2;
    return line;
  }

  private List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      Matcher field = match(FIELD, line);
      fields.add(new Field(field.group(1), trim(field.group(2))));
    }
    return fields;
  }

  private static String trim(String value) {
    return value.replaceAll("^[ \\t]+|[ \\t]+$", "");
  }

  private static void target(String method, String target) {
    if (method.equals("CONNECT")) {
      String port = match(HOST, target).group(1);
      if (port == null || port.isEmpty()) {
        throw new Bad(400, target);
      }
      port(port);
      return;
    }
    Matcher absolute = ABSOLUTE.matcher(target);
    if (target.contains("#")) {
      throw new Bad(400, "a fragment");
    }
    if (absolute.matches()) {
      port(absolute.group(2));
    } else if (!target.startsWith("/") && !(target.equals("*") && method.equals("OPTIONS"))) {
      throw new Bad(400, target);
    }
  }

  private static void port(String port) {
    if (port != null && !port.isEmpty() && (port.length() > 9 || Integer.parseInt(port) > 65_535)) {
      throw new Bad(400, "port " + port);
    }
  }

  private static void host(List<String> hosts, boolean old) {
    if (hosts.size() > 1 || (hosts.isEmpty() && !old)) {
      throw new Bad(400, "hosts: " + hosts);
    }
    if (!hosts.isEmpty() && !hosts.get(0).isEmpty()) {
      port(match(HOST, hosts.get(0)).group(1));
    }
  }

  private static void sameHost(String target, List<String> hosts) {
    String host = target.replaceFirst(":\\d+$", "");
    if (!hosts.stream().allMatch(h -> h.equalsIgnoreCase(target) || h.equalsIgnoreCase(host))) {
      throw new Bad(400, hosts + " is not " + target);
    }
  }

  private static void connection(StrictMessage head) {
    if (!head.list("Connection").stream().allMatch(option -> option.matches(TOKEN))) {
      throw new Bad(400, "options: " + head.all("Connection"));
    }
  }

  private static boolean coded(StrictMessage head, boolean old) {
    List<String> values = head.all("Transfer-Encoding");
    if (values.isEmpty()) {
      return false;
    }
    values.forEach(value -> match(CODINGS, value));
    List<String> codings = head.list("Transfer-Encoding").stream()
        .map(coding -> coding.toLowerCase(Locale.ROOT))
        .toList();
    if (old
        || !head.all("Content-Length").isEmpty()
        || codings.indexOf("chunked") != codings.size() - 1) {
      throw new Bad(400, "coded by " + codings);
    }
    if (codings.size() > 1) {
      throw new Bad(501, "coded by " + codings);
    }
    return true;
  }

  private static long length(StrictMessage head) {
    List<String> lengths = head.all("Content-Length");
    if (lengths.isEmpty()) {
      return -1;
    }
    if (lengths.size() > 1 || !lengths.get(0).matches("\\d{1,18}")) {
      throw new Bad(400, "lengths: " + lengths);
    }
    return Long.parseLong(lengths.get(0));
  }

  private String take(long count) {
    if (count > text.length() - at) {
      throw new Unfinished();
    }
    String taken = text.substring(at, at + (int) count);
    at += (int) count;
    return taken;
  }

  private StrictMessage chunks(StrictMessage head) {
    StringBuilder body = new StringBuilder();
    List<String> lines = new ArrayList<>();
    long size;
    do {
      String line = line();
      lines.add(line);
      size = Long.parseLong(match(CHUNK, line).group(1), 16);
      if (line.length() > 510) {
        throw new Bad(400, "a huge chunk extension");
      }
      if (size > 0) {
        body.append(take(size));
        if (!line().isEmpty()) {
          throw new Bad(400, "a chunk without an end");
        }
      }
    } while (size > 0);
    List<Field> trailers = fields();
    for (Field trailer : trailers) {
      if (NOT_IN_TRAILERS.contains(trailer.name().toLowerCase(Locale.ROOT))) {
        throw new Bad(400, "behind a body: " + trailer);
      }
    }
    return new StrictMessage(head.start(), head.fields(), body.toString(), trailers, lines);
  }
}
