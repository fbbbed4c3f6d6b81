package dev.fairlead.health;

import org.jspecify.annotations.Nullable;

/**
 * What a check asks a PostgreSQL server.
 *
 * @param password null to stop where one is asked for
 * @param sql null to ask nothing
 * @param expected in the first column of the first row; null when nothing is asked
 */
record PostgresQuestion(
    String user,
    String database,
    @Nullable String password,
    @Nullable String sql,
    @Nullable String expected) {
  /** Without the password. */
  @Override
  public String toString() {
    return "postgres user " + user + ", database " + database
        + (sql == null ? "" : ", " + Reasons.line(sql) + " expecting " + expected);
  }
}
