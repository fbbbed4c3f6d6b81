package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.event.AccessFormat;
import dev.fairlead.event.Detail;
import dev.fairlead.event.Event.ExchangeClosed;
import dev.fairlead.event.Event.Load;
import dev.fairlead.event.Event.SessionClosed;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Termination.Cause;
import dev.fairlead.status.Termination.Stage;
import dev.fairlead.status.Timings;
import io.netty.channel.local.LocalAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Golden lines; the first two are the examples of HAProxy's documentation, with UTC for its zone. */
class AccessFormatTest {
  private static final Instant START = Instant.parse("2009-02-06T12:12:51.443Z");

  private record Http(String request, int status) implements Detail {
    @Override
    public String protocol() {
      return "HTTP/1.1";
    }
  }

  private static SocketAddress client(String address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getAllByName(address)[0], port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static long ms(long millis) {
    return millis < 0 ? -1 : Duration.ofMillis(millis).toNanos();
  }

  private static Timings timings(long request, long queue, long connect, long answer, long all) {
    return new Timings(ms(request), ms(queue), ms(connect), ms(answer), ms(all));
  }

  private static SessionClosed session(
      SocketAddress client,
      @Nullable String server,
      Timings timings,
      long bytes,
      Termination end,
      Load load) {
    return new SessionClosed(
        "fnt", 1, client, "bck", server, START, timings, 17, bytes, 0, false, end, load);
  }

  @Test
  void a_tcp_session_is_told_as_haproxys_tcplog_tells_it() {
    SessionClosed end = session(
        client("10.0.1.2", 33313),
        "srv1",
        timings(0, 0, 0, -1, 5007),
        212,
        Termination.NORMAL,
        new Load(0, 0, 0, 0, 0, 0));
    assertThat(AccessFormat.tcp(end))
        .isEqualTo("10.0.1.2:33313 [06/Feb/2009:12:12:51.443] fnt bck/srv1 0/0/5007 212 --"
            + " 0/0/0/0/0 0/0");
  }

  @Test
  void an_exchange_is_told_as_haproxys_httplog_tells_it() {
    ExchangeClosed end = new ExchangeClosed(
        "http-in",
        1,
        1,
        client("10.0.1.2", 33317),
        "static",
        "srv1",
        Instant.parse("2009-02-06T12:14:14.655Z"),
        timings(10, 0, 30, 69, 109),
        300,
        2750,
        0,
        false,
        Termination.NORMAL,
        new Load(1, 1, 1, 1, 0, 0),
        new Http("GET /index.html HTTP/1.1", 200));
    assertThat(AccessFormat.http(end))
        .isEqualTo("10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/109"
            + " 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /index.html HTTP/1.1\"");
  }

  @Test
  void a_session_that_timed_out_in_the_queue_shows_no_server_and_sQ() {
    SessionClosed end = session(
        client("127.0.0.1", 1),
        null,
        timings(0, 5000, -1, -1, 5000),
        0,
        new Termination(Cause.SERVER_TIMEOUT, Stage.QUEUE),
        new Load(3, 2, 1, 0, 4, 5));
    assertThat(AccessFormat.tcp(end))
        .isEqualTo("127.0.0.1:1 [06/Feb/2009:12:12:51.443] fnt bck/<NOSRV> 5000/-1/5000 0 sQ"
            + " 3/2/1/0/0 4/5");
  }

  @Test
  void an_exchange_that_got_no_backend_shows_the_frontend_and_no_status() {
    ExchangeClosed end = new ExchangeClosed(
        "http-in",
        1,
        1,
        client("::1", 9),
        null,
        null,
        START,
        timings(-1, -1, -1, -1, 10_000),
        5,
        0,
        2,
        true,
        new Termination(Cause.CLIENT_TIMEOUT, Stage.REQUEST),
        Load.NONE,
        new Http("<BADREQ>", -1));
    assertThat(AccessFormat.http(end))
        .isEqualTo("0:0:0:0:0:0:0:1:9 [06/Feb/2009:12:12:51.443] http-in http-in/<NOSRV>"
            + " -1/-1/-1/-1/10000 -1 0 - - cR-- 0/0/0/0/+2 0/0 \"<BADREQ>\"");
  }

  @Test
  void a_client_inside_the_jvm_is_shown_as_it_names_itself() {
    SessionClosed end = session(
        new LocalAddress("inside"), "s", timings(0, 0, 0, 0, 0), 0, Termination.NORMAL, Load.NONE);
    assertThat(AccessFormat.tcp(end)).startsWith("local:inside [");
  }
}
