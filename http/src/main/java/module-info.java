import org.jspecify.annotations.NullMarked;

/** The HTTP proxy of Fairlead. */
@NullMarked
module dev.fairlead.http {
  requires transitive dev.fairlead.core;
  requires static transitive org.jspecify;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.handler;

// javac wants a class in a package before it may be exported: uncomment with the first one.
// exports dev.fairlead.http;
// exports dev.fairlead.http.spi;
}
