package dev.fairlead.health;

import java.util.concurrent.CompletionStage;

/**
 * Whether a PostgreSQL server takes a user's connection (HAProxy: {@code option pgsql-check user}). It
 * passes when the server asks for a password, which is not sent, or lets the user in without one; then the
 * check also waits until the server is ready, and takes leave properly. What the server refuses, it says
 * in its own words: {@code FATAL 57P03: the database system is starting up}.
 *
 * <p>The user need not exist where passwords are asked for: the server does not tell. Immutable and
 * thread-safe: a method with an argument returns a changed copy.
 */
public final class PostgresProbe implements Probe {
  private final String user;
  private final String database;

  private PostgresProbe(String user, String database) {
    this.user = Arguments.name("user", user);
    this.database = Arguments.name("database", database);
  }

  static PostgresProbe of(String user) {
    return new PostgresProbe(user, "postgres");
  }

  /**
   * The database to connect to.
   *
   * @param name default {@code postgres}, which most servers have
   * @return a changed copy
   * @throws IllegalArgumentException when it is empty or has control characters
   */
  public PostgresProbe database(String name) {
    return new PostgresProbe(user, name);
  }

  @Override
  public CompletionStage<Verdict> check(Target target) {
    return new PostgresConversation(user, database).with(target);
  }

  /** {@return for example {@code postgres user check, database app}} */
  @Override
  public String toString() {
    return "postgres user " + user + ", database " + database;
  }
}
