/** A user's module: it names Fairlead and nothing of Netty. */
module consumer {
  requires dev.fairlead.core;
  requires dev.fairlead.health;
  requires dev.fairlead.http;
  requires java.net.http;
  requires jdk.httpserver;

  provides dev.fairlead.balance.BalancerProvider with
      consumer.ByUser;
}
