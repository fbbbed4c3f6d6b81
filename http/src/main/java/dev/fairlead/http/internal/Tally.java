package dev.fairlead.http.internal;

import dev.fairlead.balance.Candidate;
import dev.fairlead.event.Event;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.spi.Counting;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Lease;
import dev.fairlead.status.Counter;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Timings;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an exchange for counters and for the log: what took how long, how many bytes,
 * which servers. On its event loop only.
 */
final class Tally {
  private final HttpLoop home;
  private final HttpRoute route;
  private final long arrived;
  private final long writtenBefore;
  private long headNanos = -1;
  private long queueNanos = -1;
  private long bytesIn;
  private long tunnelOut;
  private int status = -1;
  private @Nullable Candidate firstServer;
  private @Nullable Candidate lastServer;
  private @Nullable Rejection rejection;
  private Event.Load load = Event.Load.NONE;

  Tally(HttpRoute route, long arrived, long writtenBefore) {
    this.route = route;
    this.home = route.home();
    this.arrived = arrived;
    this.writtenBefore = writtenBefore;
  }

  long arrived() {
    return arrived;
  }

  void headComplete() {
    headNanos = home.now() - arrived;
  }

  void received(long bytes) {
    bytesIn += bytes;
  }

  void tunnelled(long in, long out) {
    bytesIn += in;
    tunnelOut += out;
  }

  void answered(int newStatus) {
    status = newStatus;
  }

  void rejected(Rejection with) {
    status = with.status();
    rejection = with;
  }

  void waited(long nanos) {
    queueNanos = Math.max(0, queueNanos) + nanos;
  }

  void granted(Lease lease) {
    waited(lease.queuedNanos());
    if (firstServer == null) {
      firstServer = lease.server();
    }
    lastServer = lease.server();
  }

  private boolean redispatched() {
    Candidate first = firstServer;
    Candidate last = lastServer;
    return first != null && last != null && first.id() != last.id();
  }

  /** Remembers what is busy while the lease is still held. */
  void load(@Nullable Lease lease) {
    if (home.gateway().observed()) {
      load = home.gateway().load(lease);
    }
  }

  /** Counts the end for the frontend and, when there was a server, for it and its backend. */
  void count(@Nullable Lease lease, @Nullable Attempt attempt, long written, Termination how) {
    Counting frontend = home.counting();
    long out = written - writtenBefore + tunnelOut;
    long total = home.now() - arrived;
    long connect = attempt == null ? -1 : attempt.connectNanos();
    long response = attempt == null ? -1 : attempt.responseNanos();
    Rejection own = rejection;
    sum(frontend, out, how);
    if (own != null) {
      frontend.add(own.counter(), 1);
    }
    if (status > 0) {
      frontend.add(Counter.ofStatus(status), 1);
    }
    frontend.record(queueNanos, connect, response, total);
    if (lease != null && attempt != null) {
      Counting server = lease.counting();
      sum(server, out, how);
      if (attempt.status() > 0) {
        server.add(Counter.ofStatus(attempt.status()), 1);
      }
      if (own == Rejection.CONNECT_FAILED || own == Rejection.CONNECT_TIMEOUT) {
        server.add(Counter.CONNECT_ERRORS, 1);
      } else if (attempt.kind().serverFailure()) {
        server.add(Counter.RESPONSE_ERRORS, 1);
      }
    }
  }

  private void sum(Counting to, long out, Termination how) {
    to.add(Counter.BYTES_IN, bytesIn);
    to.add(Counter.BYTES_OUT, out);
    if (how.cause() == Termination.Cause.CLIENT) {
      to.add(Counter.CLIENT_ABORTS, 1);
    } else if (how.cause() == Termination.Cause.SERVER && how.stage() == Termination.Stage.DATA) {
      to.add(Counter.SERVER_ABORTS, 1);
    }
  }

  void opened(ClientStream client, long number) {
    Gateway gateway = home.gateway();
    if (gateway.observed()) {
      gateway.report(
          new Event.ExchangeOpened(gateway.frontend(), client.connection().number(), number));
    }
  }

  void closed(
      ClientStream client,
      long number,
      RequestHead head,
      @Nullable Attempt attempt,
      int retries,
      Termination how) {
    Gateway gateway = home.gateway();
    if (!gateway.observed()) {
      return;
    }
    Candidate server = lastServer;
    gateway.report(new Event.ExchangeClosed(
        gateway.frontend(),
        client.connection().number(),
        number,
        client.connection().client(),
        headNanos < 0 ? null : route.upstream().name(),
        server == null ? null : server.name(),
        gateway.instant(arrived),
        new Timings(
            headNanos,
            queueNanos,
            attempt == null ? -1 : attempt.connectNanos(),
            attempt == null ? -1 : attempt.responseNanos(),
            home.now() - arrived),
        bytesIn,
        client.response().written() - writtenBefore + tunnelOut,
        retries,
        redispatched(),
        how,
        load,
        detail(head)));
  }

  private HttpDetail detail(RequestHead head) {
    return headNanos < 0
        ? new HttpDetail("HTTP", status, HttpDetail.BAD_REQUEST)
        : new HttpDetail(head.version(), status, head.line());
  }
}
