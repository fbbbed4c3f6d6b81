package dev.fairlead.testkit;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test class that leaves threads behind: any non-daemon thread, and any thread of Netty's or
 * of this test kit's, daemon or not. Threads get five seconds to end.
 *
 * <p>Registered for every Jupiter class by {@code META-INF/services} and {@code
 * junit-platform.properties}. It compares all threads of the JVM, so classes must run one after the
 * other, as they do by default.
 */
public final class NoThreadsLeft implements BeforeAllCallback, AfterAllCallback {
  static final String OWN_PREFIX = "testkit-";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Namespace NAMESPACE = Namespace.create(NoThreadsLeft.class);
  /** Process-wide threads that end when they like; nobody can stop them. */
  private static final List<String> TOLERATED = List.of(
      "globalEventExecutor",
      "ObjectCleanerThread",
      "HttpClient-",
      "ForkJoinPool.commonPool",
      "junit-",
      "surefire-",
      "process reaper",
      "Attach Listener");

  /** Creates the extension; JUnit does. */
  public NoThreadsLeft() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    if (topLevel(context)) {
      context.getStore(NAMESPACE).put(context.getUniqueId(), new Snapshot(alive()));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Snapshot before = context.getStore(NAMESPACE).remove(context.getUniqueId(), Snapshot.class);
    if (before != null) {
      check(before.threads(), PATIENCE);
    }
  }

  static void check(Set<Thread> before, Duration patience) {
    if (!Await.held(patience, () -> left(before).isEmpty())) {
      throw new AssertionError("threads left running:\n"
          + left(before).stream().map(NoThreadsLeft::describe).collect(Collectors.joining("\n")));
    }
  }

  static Set<Thread> alive() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  private static Set<Thread> left(Set<Thread> before) {
    Set<Thread> now = alive();
    now.removeAll(before);
    now.removeIf(thread -> !ours(thread));
    return now;
  }

  private static boolean ours(Thread thread) {
    return thread.isAlive()
        && TOLERATED.stream().noneMatch(thread.getName()::startsWith)
        && (!thread.isDaemon()
            || thread instanceof FastThreadLocalThread
            || thread.getName().startsWith(OWN_PREFIX));
  }

  private static String describe(Thread thread) {
    return "  " + thread.getName() + (thread.isDaemon() ? " (daemon)" : "")
        + Arrays.stream(thread.getStackTrace())
            .map(frame -> "\n      at " + frame)
            .collect(Collectors.joining());
  }

  /** A nested class may use what its outer class still holds open. */
  private static boolean topLevel(ExtensionContext context) {
    return context.getTestClass().map(c -> c.getEnclosingClass() == null).orElse(false);
  }

  private record Snapshot(Set<Thread> threads) {}
}
