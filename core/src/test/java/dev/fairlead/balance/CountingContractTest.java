package dev.fairlead.balance;

import java.lang.reflect.Field;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** The contract of all strategies, held by each of the counting ones. */
class CountingContractTest {
  /** Walks an order. */
  abstract static class InTurn extends BalancerContract {
    @Override
    protected double tolerance() {
      return 0.005;
    }

    @Override
    protected void setCounter(Picker picker, long value) {
      try {
        Field cursor = picker.getClass().getDeclaredField("cursor");
        cursor.setAccessible(true);
        cursor.setLong(picker, value);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
  }

  /** Does not look at weights while servers are idle, or only at them. */
  abstract static class UnweightedWhenIdle extends BalancerContract {
    @Override
    protected boolean weightsDecideWhenIdle() {
      return false;
    }
  }

  /** Has a favourite among idle servers. */
  abstract static class WithFavourite extends BalancerContract {
    @Override
    protected boolean spreadsWhenIdle() {
      return false;
    }
  }

  @Nested
  class HaproxyRoundRobin extends InTurn {
    @Override
    protected Balancer balancer() {
      return Balancers.haproxyRoundRobin();
    }
  }

  @Nested
  class HaproxyStaticRoundRobin extends InTurn {
    @Override
    protected Balancer balancer() {
      return Balancers.haproxyStaticRoundRobin();
    }
  }

  @Nested
  class IpvsWeightedRoundRobin extends InTurn {
    @Override
    protected Balancer balancer() {
      return Balancers.ipvsWeightedRoundRobin();
    }
  }

  @Nested
  class NginxRoundRobin extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.nginxRoundRobin(1, Duration.ofSeconds(10));
    }

    @Override
    protected double tolerance() {
      return 0.005;
    }
  }

  @Nested
  class NginxRoundRobinThatCountsNoFailures extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.nginxRoundRobin(0, Duration.ofSeconds(10));
    }

    @Override
    protected double tolerance() {
      return 0.005;
    }
  }

  @Nested
  class LeastConnections extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.leastConnections();
    }
  }

  @Nested
  class LeastConnectionsOfMany extends UnweightedWhenIdle {
    @Override
    protected Balancer balancer() {
      return new Lowest("many", members -> Counts.LOAD_WITH_ONE_MORE, Lowest.Rank.TURNS, 0);
    }
  }

  @Nested
  class HaproxyLeastConnections extends UnweightedWhenIdle {
    @Override
    protected Balancer balancer() {
      return Balancers.haproxyLeastConnections();
    }
  }

  @Nested
  class NginxLeastConnections extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.nginxLeastConnections();
    }
  }

  @Nested
  class IpvsLeastConnections extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return Balancers.ipvsLeastConnections();
    }
  }

  @Nested
  class IpvsWeightedLeastConnections extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return Balancers.ipvsWeightedLeastConnections();
    }
  }

  @Nested
  class ShortestExpectedDelay extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return Balancers.shortestExpectedDelay();
    }
  }

  @Nested
  class NeverQueue extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return Balancers.neverQueue();
    }
  }

  @Nested
  class LeastTimeToHeader extends UnweightedWhenIdle {
    @Override
    protected Balancer balancer() {
      return Balancers.leastTime(Until.HEADER);
    }
  }

  @Nested
  class LeastTimeOfMany extends UnweightedWhenIdle {
    @Override
    protected Balancer balancer() {
      LeastTime settings = LeastTime.until(Until.LAST_BYTE).inFlight();
      return new Lowest("many", settings::cost, Lowest.Rank.TURNS, 0);
    }
  }

  @Nested
  class Random extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.random();
    }
  }

  @Nested
  class PowerOfTwoChoices extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.powerOfChoices(2);
    }
  }

  @Nested
  class PowerOfFiveChoices extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.powerOfChoices(5);
    }
  }

  @Nested
  class PowerOfTwoChoicesByLeastTime extends UnweightedWhenIdle {
    @Override
    protected Balancer balancer() {
      return Balancers.powerOfChoices(2, LeastTime.until(Until.HEADER));
    }
  }

  @Nested
  class PeakEwmaOfTwo extends BalancerContract {
    @Override
    protected Balancer balancer() {
      return Balancers.peakEwma();
    }
  }

  @Nested
  class First extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return Balancers.first();
    }
  }

  @Nested
  class FirstOfMany extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return new Lowest("many", members -> Counts.NONE, Lowest.Rank.FIRST, 0);
    }
  }

  @Nested
  class Failover extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return Balancers.failover();
    }
  }

  @Nested
  class Overflow extends WithFavourite {
    @Override
    protected Balancer balancer() {
      return Balancers.overflow();
    }
  }
}
