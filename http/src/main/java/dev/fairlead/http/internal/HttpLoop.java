package dev.fairlead.http.internal;

import dev.fairlead.http.internal.h1.RequestHead;
import dev.fairlead.http.internal.h1.ResponseHead;
import dev.fairlead.spi.Counting;
import dev.fairlead.spi.Gateway;
import dev.fairlead.spi.Upstream;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What one frontend keeps for one event loop: its sessions, its idle connections to servers, and heads to
 * be used again, so that an idle connection holds none. On that loop only.
 */
final class HttpLoop {
  private static final int SPARE_HEADS = 256;

  private final EventLoop loop;
  private final Gateway gateway;
  private final Upstream upstream;
  private final HttpSettings settings;
  private final Counting counting;
  private final RandomGenerator random;
  private final UpstreamPool pool;
  private final Set<HttpSession> sessions = new HashSet<>();
  private final ArrayDeque<RequestHead> requestHeads = new ArrayDeque<>();
  private final ArrayDeque<ResponseHead> responseHeads = new ArrayDeque<>();
  private boolean draining;

  HttpLoop(EventLoop loop, Gateway gateway, Upstream upstream, HttpSettings settings) {
    this.loop = loop;
    this.gateway = gateway;
    this.upstream = upstream;
    this.settings = settings;
    this.counting = gateway.counting(loop);
    this.random = gateway.random(loop);
    this.pool = new UpstreamPool(loop, settings.idleTimeout().toNanos(), settings.maxIdle());
  }

  EventLoop loop() {
    return loop;
  }

  Gateway gateway() {
    return gateway;
  }

  Upstream upstream() {
    return upstream;
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

  UpstreamPool pool() {
    return pool;
  }

  long now() {
    return loop.ticker().nanoTime();
  }

  boolean draining() {
    return draining;
  }

  void joined(HttpSession session) {
    sessions.add(session);
  }

  void left(HttpSession session) {
    sessions.remove(session);
  }

  /** No more requests are wanted: idle connections of both sides are closed. */
  void drain() {
    draining = true;
    pool.close();
    for (HttpSession session : new ArrayList<>(sessions)) {
      session.drain();
    }
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
