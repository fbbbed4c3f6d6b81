package dev.fairlead.simulator;

import dev.fairlead.balance.Candidate;
import dev.fairlead.balance.Candidates;
import dev.fairlead.balance.FakePickContext;
import dev.fairlead.balance.Outcome;
import dev.fairlead.balance.Picker;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One strategy in one scenario, on virtual time: events in the order of their moments, of equal ones in
 * the order they were made. Arrivals, sizes and keys come from chance of their own, so that every
 * strategy sees the same requests. A request is tried once and there are no health checks: what a
 * strategy does is seen alone.
 */
final class Simulation {
  private static final long FAILURE_NANOS = 1_000_000;

  private final Scenario scenario;
  private final Machine[] machines;
  private final Picker picker;
  private final Arrivals arrivals;
  private final FakePickContext request;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Deque<Job> unassigned = new ArrayDeque<>();
  private final double[] nanos;
  private int timed;
  private int failures;
  private long made;

  private enum What {
    ARRIVES,
    DONE,
    BREAKS,
    GIVES_UP
  }

  private record Event(long at, long number, What what, Job job) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int order = Long.compare(at, other.at);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  private Simulation(Contestant contestant, Scenario scenario, int requests, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    this.scenario = scenario;
    this.arrivals = new Arrivals(scenario, requests, random.split());
    this.request = new FakePickContext(seed);
    this.nanos = new double[requests];
    Candidate[] candidates = new Candidate[scenario.servers()];
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = candidate(i, contestant);
    }
    this.machines =
        Arrays.stream(candidates).map(c -> new Machine(c, scenario)).toArray(Machine[]::new);
    this.picker =
        contestant.balancer().prepare(Candidates.members(Arrays.asList(candidates), null));
  }

  private Candidate candidate(int index, Contestant contestant) {
    int slots = Contestant.SLOTS * scenario.speeds().get(index);
    Candidate plain = Candidates.many(scenario.servers()).build().get(index);
    return new Candidate(
        plain.name(),
        plain.id(),
        index,
        plain.address(),
        slots,
        contestant.limited() ? slots : 0,
        plain.tags(),
        plain.load());
  }

  static Result run(Contestant contestant, Scenario scenario, int requests, long seed) {
    return new Simulation(contestant, scenario, requests, seed).run();
  }

  private Result run() {
    arrive();
    while (!events.isEmpty()) {
      Event event = events.remove();
      Job job = event.job();
      switch (event.what()) {
        case ARRIVES -> {
          arrive();
          schedule(job.arrived + Scenario.PATIENCE_NANOS, What.GIVES_UP, job);
          assign(job, event.at());
        }
        case DONE -> done(job, event.at());
        case BREAKS -> {
          failures += job.counts ? 1 : 0;
          end(job, Outcome.Kind.RESET, event.at());
        }
        case GIVES_UP -> giveUp(job, event.at());
      }
    }
    return Result.of(
        Arrays.copyOf(nanos, timed), failures, arrivals.counted(), machines, Scenario.BAD);
  }

  private void schedule(long at, What what, Job job) {
    events.add(new Event(at, made++, what, job));
  }

  private void arrive() {
    Job next = arrivals.next();
    if (next != null) {
      schedule(next.arrived, What.ARRIVES, next);
    }
  }

  private void assign(Job job, long now) {
    Candidate chosen = picker.pick(request.next().at(now).with(job.key));
    if (chosen == null) {
      Machine free = anyFree();
      if (free == null) {
        unassigned.add(job);
      } else {
        grant(job, free, now);
      }
    } else if (chosen.full()) {
      Machine machine = machines[chosen.index()];
      machine.waiting.add(job);
      machine.load.queued(machine.waiting.size());
    } else {
      grant(job, machines[chosen.index()], now);
    }
  }

  private @Nullable Machine anyFree() {
    for (Machine machine : machines) {
      if (!machine.candidate.full()) {
        return machine;
      }
    }
    return null;
  }

  private void grant(Job job, Machine machine, long now) {
    job.machine = machine;
    job.granted = now;
    machine.taken(now);
    if (machine.fails) {
      schedule(now + FAILURE_NANOS, What.BREAKS, job);
    } else if (machine.idleWorkers > 0) {
      work(job, machine, now);
    } else {
      machine.line.add(job);
    }
  }

  private void work(Job job, Machine machine, long now) {
    machine.idleWorkers--;
    double nanos = job.size * machine.meanNanos;
    machine.busyNanos += nanos;
    schedule(now + (long) nanos, What.DONE, job);
  }

  /** A worker is through; whoever asked may have gone. */
  private void done(Job job, long now) {
    Machine machine = job.machine;
    if (machine == null) {
      return;
    }
    machine.idleWorkers++;
    Job next = machine.line.poll();
    while (next != null && next.ended) {
      next = machine.line.poll();
    }
    if (next != null) {
      work(next, machine, now);
    }
    if (!job.ended) {
      time(job, now);
      end(job, Outcome.Kind.COMPLETED, now);
    }
  }

  private void time(Job job, long now) {
    if (job.counts) {
      nanos[timed++] = now - job.arrived;
    }
  }

  private void giveUp(Job job, long now) {
    if (job.ended) {
      return;
    }
    time(job, now);
    failures += job.counts ? 1 : 0;
    if (job.machine == null) {
      job.end(Outcome.Kind.CANCELLED, now);
    } else {
      end(job, Outcome.Kind.TIMEOUT, now);
    }
  }

  /** As the core does it: the strategy is told, then the slot is free, then those who wait are served. */
  private void end(Job job, Outcome.Kind kind, long now) {
    Machine machine = job.machine;
    if (machine == null) {
      return;
    }
    job.end(kind, now);
    picker.completed(machine.candidate, job);
    machine.load.release(job.granted);
    while (!machine.candidate.full()) {
      Job next = poll(machine.waiting);
      machine.load.queued(machine.waiting.size());
      next = next == null ? poll(unassigned) : next;
      if (next == null) {
        return;
      }
      grant(next, machine, now);
    }
  }

  private static @Nullable Job poll(Deque<Job> line) {
    Job next = line.poll();
    while (next != null && next.ended) {
      next = line.poll();
    }
    return next;
  }
}
