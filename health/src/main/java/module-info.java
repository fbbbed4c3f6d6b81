import org.jspecify.annotations.NullMarked;

/** Active and passive health checks for Fairlead. */
@NullMarked
module dev.fairlead.health {
  requires transitive dev.fairlead.core;
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.handler;

  exports dev.fairlead.health;

  uses dev.fairlead.health.ProbeProvider;
}
