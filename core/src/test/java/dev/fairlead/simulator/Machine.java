package dev.fairlead.simulator;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.FakeLoad;
import java.util.ArrayDeque;
import java.util.Deque;

/** A server: some workers, and a line of requests before them. */
final class Machine {
  final Candidate candidate;
  final FakeLoad load;
  final boolean fails;
  final double meanNanos;

  /** Requests that it has, but does not work on yet. */
  final Deque<Job> line = new ArrayDeque<>();

  /** Requests that the load balancer holds back for this very server, since it is full. */
  final Deque<Job> waiting = new ArrayDeque<>();

  int idleWorkers = Scenario.WORKERS;
  int picks;
  int mostInFlight;
  double busyNanos;

  Machine(Candidate candidate, Scenario scenario) {
    this.candidate = candidate;
    this.load = FakeLoad.of(candidate);
    this.fails = scenario.fails(candidate.index());
    this.meanNanos = scenario.meanNanos(candidate.index());
  }

  void taken(long now) {
    load.hold(now);
    picks++;
    mostInFlight = Math.max(mostInFlight, load.inFlight());
  }
}
