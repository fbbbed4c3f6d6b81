import org.jspecify.annotations.NullMarked;

/** The HTTP proxy of Fairlead. */
@NullMarked
module dev.fairlead.http {
  requires transitive dev.fairlead.core;
  requires static transitive org.jspecify;

  exports dev.fairlead.http;
  exports dev.fairlead.http.spi;
}
