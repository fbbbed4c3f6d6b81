package dev.fairlead.state;

import dev.fairlead.config.Server;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import org.jspecify.annotations.Nullable;

/** The only way from one {@link BackendState} to the next. Each names its server. */
public sealed interface Change {
  /** {@return the server's name} */
  String server();

  /** A new server joins at the end. */
  record Add(Server config) implements Change {
    @Override
    public String server() {
      return config.name();
    }
  }

  /** A server leaves. */
  record Remove(String server) implements Change {}

  /** A server at the same address has another configuration; counts and findings stay. */
  record Update(Server config) implements Change {
    @Override
    public String server() {
      return config.name();
    }
  }

  /** The operator's wish. */
  record SetAdmin(String server, Admin admin) implements Change {}

  /** The configured weight, 0..256. */
  record SetWeight(String server, int weight) implements Change {}

  /** The configured limit, 0 for none. */
  record SetLimit(String server, int limit) implements Change {}

  /** What the health shall count as, whatever the findings say; null: what they say. */
  record Force(String server, @Nullable Health health) implements Change {}

  /** Whether a source shall watch the server. What a source has said goes with it. */
  record SetChecking(String server, String source, boolean enabled) implements Change {}

  /**
   * What a source says now; null takes back what it said. The id guards against a report that was under
   * way while the server was replaced by another of the same name.
   */
  record Report(
      String server, int id, String source, @Nullable Finding finding) implements Change {}

  /**
   * Time has passed for a server that starts slowly. One that has meanwhile begun anew, or does not start
   * at all, is left alone.
   *
   * @param since by which its {@link Warmup} is known
   * @param share of weight and limit that it has from now on; 1 ends the slow start
   */
  record WarmupStep(String server, long since, double share) implements Change {}
}
