package dev.fairlead.event;

import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.event.Event.Load;
import dev.fairlead.event.Event.SessionClosed;
import dev.fairlead.status.Timings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Access-log lines in HAProxy's formats, as far as their fields exist here: {@code tcplog} for a
 * session, {@code httplog} for an exchange. Cookies and captured headers are shown as {@code -}. Times
 * of day are UTC. Pure functions.
 */
public final class AccessFormat {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private AccessFormat() {}

  /**
   * HAProxy's {@code tcplog}: {@code %ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts
   * %ac/%fc/%bc/%sc/%rc %sq/%bq}.
   *
   * @param end the event
   * @return one line without its end
   */
  public static String tcp(SessionClosed end) {
    Timings t = end.timings();
    StringBuilder line = new StringBuilder(160);
    start(line, end.client(), end.start(), end.frontend(), end.backend(), end.server());
    line.append(Timings.millis(t.queue())).append('/');
    line.append(Timings.millis(t.connect())).append('/');
    line.append(t.totalMillis()).append(' ');
    line.append(end.bytesOut()).append(' ').append(end.termination()).append(' ');
    busy(line, end.load(), end.retries(), end.redispatched());
    return line.toString();
  }

  /**
   * HAProxy's {@code httplog}: {@code %ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc
   * %ac/%fc/%bc/%sc/%rc %sq/%bq %{+Q}r}.
   *
   * @param end the event
   * @return one line without its end
   */
  public static String http(ExchangeClosed end) {
    Timings t = end.timings();
    StringBuilder line = new StringBuilder(240);
    start(line, end.client(), end.start(), end.frontend(), end.backend(), end.server());
    line.append(Timings.millis(t.request())).append('/');
    line.append(Timings.millis(t.queue())).append('/');
    line.append(Timings.millis(t.connect())).append('/');
    line.append(Timings.millis(t.response())).append('/');
    line.append(t.totalMillis()).append(' ');
    line.append(end.detail().status()).append(' ').append(end.bytesOut()).append(" - - ");
    line.append(end.termination()).append("-- ");
    busy(line, end.load(), end.retries(), end.redispatched());
    line.append(" \"").append(end.detail().request()).append('"');
    return line.toString();
  }

  /**
   * HAProxy's {@code error-log-format}: {@code %ci:%cp [%tr] %ft: why}.
   *
   * @param end the event
   * @return one line without its end
   */
  public static String refused(Event.ConnectionRefused end) {
    StringBuilder line = new StringBuilder(120);
    address(line, end.client());
    line.append(" [");
    DATE.formatTo(end.start(), line);
    line.append("] ").append(end.frontend()).append(": ").append(end.text());
    return line.toString();
  }

  private static void start(
      StringBuilder line,
      SocketAddress client,
      Instant start,
      String frontend,
      @Nullable String backend,
      @Nullable String server) {
    address(line, client);
    line.append(" [");
    DATE.formatTo(start, line);
    line.append("] ").append(frontend).append(' ');
    line.append(backend == null ? frontend : backend).append('/');
    line.append(server == null ? "<NOSRV>" : server).append(' ');
  }

  private static void busy(StringBuilder line, Load load, int retries, boolean redispatched) {
    line.append(load.sessions()).append('/').append(load.frontend()).append('/');
    line.append(load.backend()).append('/').append(load.server()).append('/');
    if (redispatched) {
      line.append('+');
    }
    line.append(retries).append(' ');
    line.append(load.serverQueue()).append('/').append(load.backendQueue());
  }

  private static void address(StringBuilder line, SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      line.append(inet.getAddress().getHostAddress()).append(':').append(inet.getPort());
    } else {
      line.append(address);
    }
  }
}
