package dev.fairlead.testkit;

import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the test run if any Netty buffer was lost in it. Registered through {@code
 * META-INF/services}: to have the test kit on the class path is enough. Called by JUnit only.
 */
public final class NoLeaksLeft implements LauncherSessionListener {
  private final LeakCollector collector = new LeakCollector();

  /** Creates the listener; JUnit does. */
  public NoLeaksLeft() {}

  /** Takes the place of Netty's detectors, before any buffer class is loaded. */
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(collector);
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    check(collector.sweep());
  }

  static void check(List<String> leaks) {
    if (!leaks.isEmpty()) {
      throw new AssertionError(leaks.size() + " leaked:\n" + String.join("\n\n", leaks));
    }
  }
}
