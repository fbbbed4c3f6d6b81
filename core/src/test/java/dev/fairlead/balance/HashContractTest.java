package dev.fairlead.balance;

import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** The contract of all strategies, held by those by key, by place and in combination. */
class HashContractTest {
  private static final HashKey CLIENT = HashKeys.source();
  private static final Duration HOUR = Duration.ofHours(1);

  /** A key waits for its server. */
  abstract static class Patient extends BalancerContract {
    @Override
    protected boolean waitsForFullServers() {
      return true;
    }
  }

  @Nested
  class ModuloTest extends Patient {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(CLIENT).modulo();
    }
  }

  @Nested
  class RingTest extends Patient {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(CLIENT).ring();
    }

    @Override
    protected double tolerance() {
      return 0.12;
    }
  }

  @Nested
  class DenseRingTest extends Patient {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(CLIENT).ring(1024);
    }
  }

  @Nested
  class MaglevSlotsTest extends Patient {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(CLIENT);
    }
  }

  @Nested
  class RendezvousTest extends Patient {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(CLIENT).rendezvous();
    }
  }

  @Nested
  class BoundedRingTest extends Patient {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(CLIENT).ring(1024).boundedLoad(125);
    }
  }

  @Nested
  class ImpatientMaglevTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.hash(CLIENT).maxWaiting(0);
    }
  }

  @Nested
  class NginxHashTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.nginxHash(CLIENT);
    }
  }

  @Nested
  class NginxConsistentHashTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.nginxConsistentHash(CLIENT);
    }

    @Override
    protected double tolerance() {
      return 0.06;
    }
  }

  @Nested
  class NginxIpHashTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.nginxIpHash();
    }
  }

  @Nested
  class IpvsSourceHashTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.ipvsSourceHash(false, true);
    }

    @Override
    protected double tolerance() {
      return 0.3; // 256 buckets, and a rule that sends many to the same next one
    }
  }

  @Nested
  class LblcTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.lblc(CLIENT, 8, HOUR); // small: whoever is remembered keeps a server
    }

    @Override
    protected boolean weightsDecideWhenIdle() {
      return false;
    }
  }

  @Nested
  class LblcrTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.lblcr(CLIENT, 8, HOUR);
    }

    @Override
    protected boolean weightsDecideWhenIdle() {
      return false;
    }
  }

  @Nested
  class BoundedRoundRobinTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.boundedLoad(Balancers.roundRobin(), 150);
    }
  }

  @Nested
  class WholeSubsetTest extends Patient {
    @Override
    protected Balancer balancer() {
      return Balancers.subset(3, 20, Balancers.hash(CLIENT));
    }
  }

  @Nested
  class UnknownZoneTest extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.zone("nowhere", Balancers.roundRobin());
    }
  }
}
