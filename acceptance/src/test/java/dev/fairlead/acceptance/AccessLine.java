package dev.fairlead.acceptance;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of HAProxy's {@code httplog} or {@code tcplog}, as far as scenarios compare it.
 *
 * @param server the server's name, or {@code <NOSRV>}
 * @param queueMillis the time in queues, -1 when it never got that far
 * @param status the HTTP status; 0 for TCP, -1 for none
 * @param termination the first two letters of the termination state
 * @param retries further attempts, with a plus sign when the last went to another server
 * @param text the line itself
 */
record AccessLine(
    String server, int queueMillis, int status, String termination, String retries, String text) {
  private static final String START =
      "^127\\.0\\.0\\.1:\\d+ \\[[^\\]]+\\] \\S+ \\S+/(?<server>\\S+) ";
  private static final String BUSY = "\\d+/\\d+/\\d+/\\d+/(?<retries>\\+?\\d+) \\d+/\\d+";
  private static final Pattern HTTP = Pattern.compile(START
      + "-?\\d+/(?<queue>-?\\d+)/-?\\d+/-?\\d+/\\+?\\d+ (?<status>-?\\d+) \\+?\\d+ \\S+ \\S+ "
      + "(?<termination>\\S\\S)\\S\\S " + BUSY + " \".*\"$");
  private static final Pattern TCP = Pattern.compile(
      START + "(?<queue>-?\\d+)/-?\\d+/\\+?\\d+ \\+?\\d+ (?<termination>\\S\\S) " + BUSY + "$");

  /** Empty for a line of another kind. */
  static Optional<AccessLine> parse(String line) {
    Matcher http = HTTP.matcher(line);
    if (http.matches()) {
      return Optional.of(of(http, Integer.parseInt(http.group("status"))));
    }
    Matcher tcp = TCP.matcher(line);
    return tcp.matches() ? Optional.of(of(tcp, 0)) : Optional.empty();
  }

  private static AccessLine of(Matcher line, int status) {
    return new AccessLine(
        line.group("server"),
        Integer.parseInt(line.group("queue")),
        status,
        line.group("termination"),
        line.group("retries"),
        line.group());
  }
}
