package dev.fairlead.acceptance;

/** Who has to pass a reference scenario. */
enum Proxy {
  /** Debian's. */
  HAPROXY {
    @Override
    ProxyUnderTest start(Plan plan) {
      return HaproxyUnderTest.start(plan);
    }
  },
  /** This project's. */
  FAIRLEAD {
    @Override
    ProxyUnderTest start(Plan plan) {
      return FairleadUnderTest.start(plan);
    }
  };

  abstract ProxyUnderTest start(Plan plan);
}
