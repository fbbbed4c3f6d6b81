package dev.fairlead.http.virtual;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What Netty says of exceptions that nobody caught, in tasks, listeners and at the end of a pipeline. */
final class Complaints extends Handler implements AutoCloseable {
  // Kept, as the log manager forgets those that nobody else knows.
  private static final Logger NETTY = Logger.getLogger("io.netty");
  private static final Logger OURS = Logger.getLogger("dev.fairlead");

  private final List<String> all = new ArrayList<>();

  static Complaints heard() {
    Complaints complaints = new Complaints();
    NETTY.addHandler(complaints);
    OURS.setLevel(Level.WARNING); // thousands of proxies have little to say
    return complaints;
  }

  List<String> all() {
    return all;
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
      all.add(record.getMessage() + " " + record.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    NETTY.removeHandler(this);
    OURS.setLevel(null);
  }
}
