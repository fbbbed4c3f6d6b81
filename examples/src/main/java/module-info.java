import org.jspecify.annotations.NullMarked;

/** Runnable examples; not published. */
@NullMarked
module dev.fairlead.examples {
  requires dev.fairlead.core;
  requires dev.fairlead.health;
  requires dev.fairlead.http;
  requires java.net.http; // by the tests, which share this descriptor
  requires java.logging;
  requires jdk.httpserver;
  requires micrometer.core;
  requires tools.jackson.core;
  requires static org.jspecify;

  provides dev.fairlead.balance.BalancerProvider with
      dev.fairlead.examples.NamedBalancer;
}
