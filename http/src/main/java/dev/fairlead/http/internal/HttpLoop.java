package dev.fairlead.http.internal;

import dev.fairlead.config.Backend;
import dev.fairlead.http.internal.h1.HeadCheck;
import dev.fairlead.http.internal.h1.RequestComposer;
import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.http.internal.h1.SpareFields;
import dev.fairlead.http.internal.h2.FieldSink;
import dev.fairlead.http.internal.h2.Http2Connection;
import dev.fairlead.spi.Counting;
import dev.fairlead.spi.Gateway;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What one frontend keeps for one event loop: its sessions, its ways to backends, and heads to
 * be used again, so that an idle connection holds none. On that loop only.
 */
final class HttpLoop {
  private static final int SPARE_HEADS = 256;

  private final EventLoop loop;
  private final Gateway gateway;
  private final HttpSettings settings;
  private final Counting counting;
  private final RandomGenerator random;
  private final Stamps stamps;
  private final HeadCheck headCheck = new HeadCheck();
  private final RequestComposer composer = new RequestComposer();
  private final FieldSink composing = composer::field;
  private final Map<String, HttpRoute> routes = new HashMap<>();
  private final HttpRoute defaultRoute;
  private final Set<ClientSession> sessions = new HashSet<>();
  private final ArrayDeque<RequestHead> requestHeads = new ArrayDeque<>();
  private final ArrayDeque<ResponseHead> responseHeads = new ArrayDeque<>();
  private final SpareFields trailers = new SpareFields();
  private final ArrayList<Http2Connection> flushes = new ArrayList<>();
  private final Runnable flushAll = this::flushAll;
  private boolean draining;

  HttpLoop(EventLoop loop, Gateway gateway, HttpSettings settings) {
    this.loop = loop;
    this.gateway = gateway;
    this.settings = settings;
    this.counting = gateway.counting(loop);
    this.random = gateway.random(loop);
    this.stamps = new Stamps(this);
    for (Backend backend : settings.backends()) {
      routes.put(backend.name(), new HttpRoute(this, gateway.upstream(backend.name()), backend));
    }
    this.defaultRoute = route(settings.defaultBackend().name());
  }

  /** The frontend opens. */
  void begin() {
    routes.values().forEach(HttpRoute::begin);
  }

  EventLoop loop() {
    return loop;
  }

  Gateway gateway() {
    return gateway;
  }

  HttpSettings settings() {
    return settings;
  }

  Counting counting() {
    return counting;
  }

  RandomGenerator random() {
    return random;
  }

  HeadCheck headCheck() {
    return headCheck;
  }

  /** Makes a head of one header block at a time. */
  RequestComposer composer() {
    return composer;
  }

  /** {@return what takes the fields of that block} */
  FieldSink composing() {
    return composing;
  }

  /** What was written must not leave, since it is ambiguous: that should be impossible, and so is told. */
  void ambiguous(Object writer) {
    gateway.failed(
        "http",
        writer,
        new IllegalStateException("a message that whoever reads it could misunderstand"));
  }

  Stamps stamps() {
    return stamps;
  }

  /** {@return the way to a backend that the frontend names; null: to its default} */
  HttpRoute route(@Nullable String backend) {
    return backend == null ? defaultRoute : Objects.requireNonNull(routes.get(backend), backend);
  }

  long now() {
    return loop.ticker().nanoTime();
  }

  boolean draining() {
    return draining;
  }

  void joined(ClientSession session) {
    sessions.add(session);
  }

  void left(ClientSession session) {
    sessions.remove(session);
  }

  /** No more requests are wanted: idle connections of both sides are closed. */
  void drain() {
    draining = true;
    routes.values().forEach(HttpRoute::drain);
    for (ClientSession session : new ArrayList<>(sessions)) {
      session.drain();
    }
  }

  /** Has a connection flushed when all that this turn of the event loop brings has been seen to. */
  void atEndOfTurn(Http2Connection connection) {
    if (flushes.isEmpty()) {
      loop.execute(flushAll);
    }
    flushes.add(connection);
  }

  private void flushAll() {
    // What is added meanwhile has its turn, too: one connection may wait for what another has sent.
    for (int i = 0; i < flushes.size(); i++) {
      flushes.get(i).flush();
    }
    flushes.clear();
  }

  SpareFields trailers() {
    return trailers;
  }

  RequestHead lendRequestHead() {
    RequestHead head = requestHeads.pollLast();
    return head == null ? new RequestHead() : head;
  }

  void giveBack(RequestHead head) {
    head.reset();
    if (requestHeads.size() < SPARE_HEADS) {
      requestHeads.addLast(head);
    }
  }

  ResponseHead lendResponseHead() {
    ResponseHead head = responseHeads.pollLast();
    return head == null ? new ResponseHead() : head;
  }

  void giveBack(ResponseHead head) {
    head.reset();
    if (responseHeads.size() < SPARE_HEADS) {
      responseHeads.addLast(head);
    }
  }
}
