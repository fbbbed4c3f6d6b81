package dev.fairlead.acceptance;

/** The client libraries that people use. */
enum Library {
  JDK {
    @Override
    WebClient start(Hop hop, int port) {
      return new JdkClient(hop, port);
    }

    @Override
    boolean speaks(Hop hop) {
      return hop != Hop.H2C; // only by Upgrade
    }
  },
  OKHTTP {
    @Override
    WebClient start(Hop hop, int port) {
      return new OkClient(hop, port);
    }
  },
  APACHE {
    @Override
    WebClient start(Hop hop, int port) {
      return new ApacheClient(hop, port);
    }
  },
  JETTY {
    @Override
    WebClient start(Hop hop, int port) throws Exception {
      return new JettyClient(hop, port);
    }
  };

  /** A client of a server on loopback that speaks one version. */
  abstract WebClient start(Hop hop, int port) throws Exception;

  boolean speaks(Hop hop) {
    return true;
  }

  /** Whether it reads a response while it still writes the request. */
  boolean duplex(Hop hop) {
    return this == JETTY || hop.http2();
  }

  /** Whether it tells of a response's trailers. */
  boolean readsTrailers() {
    return this != JDK;
  }

  /** Whether a request of its can have trailers. */
  boolean writesTrailers() {
    return this == APACHE || this == JETTY;
  }
}
