package dev.fairlead.acceptance;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What Netty complains of while this is open: that something of ours threw where only Netty was left to
 * catch it. Nothing else tells of that, so the tests would pass. Thread-safe.
 */
final class NettyComplaints extends Handler {
  private static final Logger NETTY = Logger.getLogger("io.netty");

  private final List<String> all = new CopyOnWriteArrayList<>();

  private NettyComplaints() {}

  /** Begins to listen. */
  static NettyComplaints open() {
    NettyComplaints complaints = new NettyComplaints();
    NETTY.addHandler(complaints);
    return complaints;
  }

  List<String> all() {
    return all;
  }

  @Override
  public void publish(LogRecord line) {
    Throwable thrown = line.getThrown();
    if (thrown != null
        && line.getLevel().intValue() >= Level.WARNING.intValue()
        && Arrays.stream(thrown.getStackTrace())
            .map(StackTraceElement::getClassName)
            .anyMatch(NettyComplaints::ours)) {
      all.add(line.getMessage() + " " + thrown);
    }
  }

  private static boolean ours(String type) {
    return type.startsWith("dev.fairlead.")
        && !type.startsWith("dev.fairlead.acceptance.")
        && !type.startsWith("dev.fairlead.internal.net.SteadyEpoll"); // the loop itself
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    NETTY.removeHandler(this);
  }
}
