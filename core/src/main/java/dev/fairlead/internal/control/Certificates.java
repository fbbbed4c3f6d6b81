package dev.fairlead.internal.control;

import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.event.Event;
import dev.fairlead.internal.edge.Gate;
import dev.fairlead.internal.edge.ServedTls;
import dev.fairlead.internal.tls.FileState;
import dev.fairlead.status.CertificateStatus;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The certificates of one frontend while it is open: replaces them by call or when their files change,
 * rotates ticket keys, and warns before one ends. On the control loop; what blocks is done in the
 * background, one thing after the other.
 */
final class Certificates {
  /** How long before its end a certificate is warned of, once a day. */
  private static final Duration WARNING = Duration.ofDays(21);

  private final String frontend;
  private final Engine engine;
  private final List<ServedTls> all;
  private final Map<ServedTls, FileState> files = new ConcurrentHashMap<>();
  private final List<Future<?>> timers = new ArrayList<>();
  private CompletableFuture<Void> turn = CompletableFuture.completedFuture(null);
  private volatile boolean closed;

  Certificates(String frontend, Engine engine, List<Gate> gates) {
    this.frontend = frontend;
    this.engine = engine;
    this.all = gates.stream().map(Gate::tls).filter(Objects::nonNull).toList();
  }

  /** Begins to watch. */
  void start() {
    if (all.isEmpty()) {
      return;
    }
    warn();
    every(Duration.ofDays(1), this::warn);
    for (ServedTls tls : all) {
      if (tls.config().sessionTickets()) {
        every(tls.config().ticketKeyRotation(), () -> inTurn(tls::rotateTicketKeys));
      }
      Duration interval = tls.config().watchFiles();
      if (interval != null) {
        files.put(tls, tls.filesAtStart());
        every(interval, () -> look(tls));
      }
    }
  }

  private void every(Duration interval, Runnable task) {
    timers.add(engine
        .control()
        .eventLoop()
        .scheduleWithFixedDelay(
            task, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS));
  }

  private void look(ServedTls tls) {
    inTurn(() -> {
      FileState now = FileState.of(tls.config());
      if (!now.equals(files.put(tls, now))) {
        change(List.of(tls), t -> t.config().certificates());
      }
    });
  }

  /** Reads all files again. */
  CompletableFuture<Void> reload() {
    return inTurn(() -> change(all, tls -> tls.config().certificates()));
  }

  /** Other certificates on all bindings with TLS, or on none. */
  CompletableFuture<Void> replace(List<TlsCertificate> certificates) {
    if (all.isEmpty()) {
      return CompletableFuture.failedFuture(new IllegalStateException(
          "frontend '%s': no TLS (expected: a binding with tls(...))".formatted(frontend)));
    }
    return inTurn(() -> change(all, tls -> certificates));
  }

  /** On all of them, or on none. */
  private void change(List<ServedTls> which, Function<ServedTls, List<TlsCertificate>> wanted) {
    List<ServedTls.Next> read = new ArrayList<>();
    try {
      which.forEach(tls -> read.add(tls.read(wanted.apply(tls), now())));
    } catch (RuntimeException e) {
      read.forEach(ServedTls.Next::giveUp);
      tell(new Event.CertificatesKept(frontend, String.valueOf(e.getMessage())));
      throw e;
    }
    read.forEach(ServedTls.Next::use);
    engine.control().later(engine::subjectsChanged);
    tell(new Event.CertificatesChanged(frontend, status()));
    engine.control().later(this::warn);
  }

  private void tell(Event event) {
    engine.control().later(() -> engine.announcer().tell(event));
  }

  /** What is served now. From any thread. */
  List<CertificateStatus> status() {
    return all.stream()
        .flatMap(tls -> tls.expiries().stream())
        .map(e -> new CertificateStatus(frontend, e.certificate(), e.names(), e.notAfter()))
        .distinct()
        .toList();
  }

  private void warn() {
    Instant soon = now().plus(WARNING);
    for (CertificateStatus certificate : status()) {
      if (certificate.notAfter().isBefore(soon)) {
        engine.announcer().tell(new Event.CertificateExpires(certificate));
      }
    }
  }

  private Instant now() {
    return engine.now();
  }

  /** One blocking task after the other; its failure is the caller's only. */
  private CompletableFuture<Void> inTurn(Runnable task) {
    CompletableFuture<Void> mine = turn.handle((d, f) -> true)
        .thenCompose(ready -> closed
            ? CompletableFuture.failedFuture(new IllegalStateException("frontend: closed"))
            : engine.background().call(Executors.callable(task)))
        .thenAccept(done -> {});
    turn = mine;
    return mine;
  }

  /** Ends the watch and gives the certificates up. On the control loop. */
  void close() {
    closed = true;
    timers.forEach(t -> t.cancel(false));
    turn.whenComplete((done, failure) -> all.forEach(ServedTls::close)); // not amid a change
  }
}
