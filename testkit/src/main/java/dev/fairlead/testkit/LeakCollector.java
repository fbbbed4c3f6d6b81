package dev.fairlead.testkit;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Makes leak detectors that collect what they find, where Netty's own only log it. Thread-safe.
 *
 * <p>A leak shows only after the garbage collector has found the lost object and somebody has asked
 * the detector again; {@link #sweep} does both.
 */
public final class LeakCollector extends ResourceLeakDetectorFactory {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int ROUNDS = 2;
  /** Frames that say nothing about who lost the buffer. */
  private static final List<String> RUNNER = List.of(
      "org.junit.", "org.apache.maven.", "java.base/jdk.internal.reflect.", "java.base/java.util.");

  private final List<Detector<Object>> detectors = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> leaks = new ConcurrentLinkedQueue<>();

  /** Creates a collector that nobody uses yet. */
  public LeakCollector() {}

  @Override
  @Deprecated
  @SuppressWarnings("unchecked") // a detector only ever holds its resource weakly, and never looks
  public <T> ResourceLeakDetector<T> newResourceLeakDetector(
      Class<T> resource, int samplingInterval, long maxActive) {
    Detector<T> detector = new Detector<>(resource, samplingInterval, leaks);
    detectors.add((Detector<Object>) detector);
    return detector;
  }

  /**
   * Collects garbage, then asks every detector.
   *
   * @return all leaks ever found by this collector's detectors, with the records of who touched them
   */
  public List<String> sweep() {
    for (int round = 0; round < ROUNDS; round++) {
      collectGarbage();
      for (Detector<Object> detector : detectors) {
        Object bait = new Object();
        detector.trackForcibly(bait).close(bait); // tracking looks at what the collector has found
      }
    }
    return new ArrayList<>(leaks);
  }

  private static void collectGarbage() {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    PhantomReference<Object> canary = new PhantomReference<>(new Object(), queue);
    Await.until("the canary's death", PATIENCE, () -> {
      System.gc();
      return queue.poll() == canary;
    });
  }

  private static final class Detector<T> extends ResourceLeakDetector<T> {
    private final ConcurrentLinkedQueue<String> leaks;

    Detector(Class<?> resource, int samplingInterval, ConcurrentLinkedQueue<String> leaks) {
      super(resource, samplingInterval);
      this.leaks = leaks;
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      leaks.add(resourceType + " was never released." + withoutRunner(records));
    }

    private static String withoutRunner(String records) {
      return records
          .lines()
          .filter(line -> RUNNER.stream().noneMatch(line.strip()::startsWith))
          .collect(Collectors.joining("\n"));
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      leaks.add(resourceType + " was never released; no records (is leak detection at paranoid?)");
    }
  }
}
