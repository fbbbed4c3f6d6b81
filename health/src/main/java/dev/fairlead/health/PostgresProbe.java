package dev.fairlead.health;

import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Whether a PostgreSQL server takes a user's connection (HAProxy: {@code option pgsql-check user}). It
 * passes when the server asks for a password and none is configured, or lets the user in; then the check
 * also waits until the server is ready, and takes leave properly. What the server refuses, it says in its own
 * words: {@code FATAL 57P03: the database system is starting up}.
 *
 * <p>Without a password the user need not exist where passwords are asked for: the server does not tell.
 * With one, and a query, a check finds out more:
 *
 * <pre>{@code
 * Probes.postgres("check").password(secret).query("select pg_is_in_recovery()", "f")   // only the primary
 * }</pre>
 *
 * <p>Immutable and thread-safe: a method with arguments returns a changed copy. Made by {@link
 * Probes#postgres}.
 */
public final class PostgresProbe implements Probe {
  private final PostgresQuestion question;

  private PostgresProbe(PostgresQuestion question) {
    this.question = question;
  }

  static PostgresProbe of(String user) {
    return new PostgresProbe(
        new PostgresQuestion(Arguments.name("user", user), "postgres", null, null, null));
  }

  /**
   * The database to connect to.
   *
   * @param name default {@code postgres}, which most servers have
   * @return a changed copy
   * @throws IllegalArgumentException when it is empty or has control characters
   */
  public PostgresProbe database(String name) {
    return new PostgresProbe(new PostgresQuestion(
        question.user(),
        Arguments.name("database", name),
        question.password(),
        question.sql(),
        question.expected()));
  }

  /**
   * Logs in with a password when the server asks for one: by SCRAM-SHA-256, MD5, or in clear text, as the
   * server wants it. Prefer the first: the others show the password to whoever is in the server's place,
   * unless there is TLS towards the server.
   *
   * @param secret the password; shown nowhere
   * @return a changed copy
   * @throws IllegalArgumentException when it is empty or has control characters
   */
  public PostgresProbe password(String secret) {
    return new PostgresProbe(new PostgresQuestion(
        question.user(),
        question.database(),
        Arguments.secret("password", secret),
        question.sql(),
        question.expected()));
  }

  /**
   * Asks something of a server that has let the user in. A check whose time is up leaves it running in the
   * server, so it should be quick.
   *
   * @param sql one statement that gives a row
   * @param answer the text that the first column of the first row must have, which may be empty
   * @return a changed copy
   * @throws IllegalArgumentException when the statement is empty or has a zero byte
   */
  public PostgresProbe query(String sql, String answer) {
    Arguments.require(
        Arguments.notEmpty("sql", sql).indexOf('\0') < 0, "sql", Reasons.line(sql), "no zero byte");
    return new PostgresProbe(new PostgresQuestion(
        question.user(),
        question.database(),
        question.password(),
        sql,
        Objects.requireNonNull(answer, "answer")));
  }

  /** Called by Fairlead, for each check. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    return new PostgresConversation(question).with(target);
  }

  /** {@return for example {@code postgres user check, database app}, without the password} */
  @Override
  public String toString() {
    return question.toString();
  }
}
