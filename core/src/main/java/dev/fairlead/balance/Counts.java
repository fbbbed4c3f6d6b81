package dev.fairlead.balance;

/**
 * Costs that follow from counts alone. Divisions are exact enough to compare by: two different fractions
 * with divisors up to 256 differ by 1/65536 at least, and equal ones give the same {@code double}.
 */
enum Counts implements Cost {
  /** HAProxy's key: (served + queued + 1) / weight, but 0 for an idle server. */
  LOAD_WITH_ONE_MORE {
    @Override
    public double of(Candidate server, int more, long now) {
      int load = server.inFlight() + server.load().queued() + more;
      return load <= 0 ? 0 : (load + 1.0) / server.weight();
    }
  },
  /** (served + queued) / weight. */
  LOAD {
    @Override
    public double of(Candidate server, int more, long now) {
      return Math.max(server.inFlight() + server.load().queued() + more, 0)
          / (double) server.weight();
    }
  },
  /** IPVS {@code lc}: served. */
  ACTIVE {
    @Override
    public double of(Candidate server, int more, long now) {
      return Math.max(server.inFlight() + more, 0);
    }
  },
  /** IPVS {@code wlc}: served / weight. */
  ACTIVE_BY_WEIGHT {
    @Override
    public double of(Candidate server, int more, long now) {
      return Math.max(server.inFlight() + more, 0) / (double) server.weight();
    }
  },
  /** IPVS {@code sed}: (served + 1) / weight. */
  EXPECTED_DELAY {
    @Override
    public double of(Candidate server, int more, long now) {
      return (Math.max(server.inFlight() + more, 0) + 1.0) / server.weight();
    }
  },
  /** IPVS {@code nq}: as {@code sed}, but 0 for an idle server. */
  NEVER_QUEUE {
    @Override
    public double of(Candidate server, int more, long now) {
      int active = server.inFlight() + more;
      return active <= 0 ? 0 : (active + 1.0) / server.weight();
    }
  },
  /** Nothing: the first that is free. */
  NONE {
    @Override
    public double of(Candidate server, int more, long now) {
      return 0;
    }
  },
  /** Nothing while it has fewer leases than its weight. */
  NONE_BELOW_WEIGHT {
    @Override
    public double of(Candidate server, int more, long now) {
      return server.inFlight() + more < server.weight() ? 0 : Double.POSITIVE_INFINITY;
    }
  };
}
