import org.jspecify.annotations.NullMarked;

/** The engine of Fairlead: servers, balancing, queueing, relaying, events. */
@NullMarked
module dev.fairlead.core {
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires transitive io.netty.buffer;
  requires transitive io.netty.common;
  requires transitive io.netty.transport;
  requires io.netty.codec;
  requires io.netty.handler;
  requires io.netty.resolver;
  requires static io.netty.tcnative.classes.openssl;
  requires static io.netty.transport.classes.epoll;
  requires static io.netty.transport.classes.io_uring;
  requires static io.netty.transport.classes.kqueue;
  requires static io.netty.transport.unix.common;
  requires static micrometer.core;
  requires static tools.jackson.core;

  exports dev.fairlead;
  exports dev.fairlead.balance;
  exports dev.fairlead.config;
  exports dev.fairlead.edge;
  exports dev.fairlead.event;
  exports dev.fairlead.json;
  exports dev.fairlead.metrics;
  exports dev.fairlead.spi;
  exports dev.fairlead.status;
  exports dev.fairlead.tcp;

  uses dev.fairlead.balance.BalancerProvider;
}
