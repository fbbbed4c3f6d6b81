package dev.fairlead.health;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whether a MySQL or MariaDB server greets and lets a user in.
 *
 * @param user as whom to log in; null to hear the greeting only
 */
record MysqlProbe(@Nullable String user) implements Probe {
  @Override
  public CompletionStage<Verdict> check(Target target) {
    return new MysqlConversation(user).with(target);
  }

  @Override
  public String toString() {
    return user == null ? "mysql" : "mysql user " + user;
  }
}
