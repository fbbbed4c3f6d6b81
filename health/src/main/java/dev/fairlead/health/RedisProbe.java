package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Redis answers {@code PING} with {@code +PONG} (HAProxy: {@code option redis-check}; Envoy:
 * {@code redis_health_check}). What it refuses is shown in its own words: {@code L7STS: -LOADING Redis is
 * loading the dataset in memory}. Immutable: each method returns a changed copy. Made by {@link
 * Probes#redis()}.
 */
public final class RedisProbe implements Probe {
  static final RedisProbe PLAIN = new RedisProbe(null, null, null);

  /** Before Redis repeats the words that came with a command that it does not know. */
  private static final String REPEATED = "with args beginning with: ";

  private final @Nullable String user;
  private final @Nullable String password;
  private final @Nullable String key;

  private RedisProbe(@Nullable String user, @Nullable String password, @Nullable String key) {
    this.user = user;
    this.password = password;
    this.key = key;
  }

  /**
   * Begins with {@code AUTH}, for the default user. The password is in no text of this probe's.
   *
   * @param secret not empty
   * @return a changed copy
   */
  public RedisProbe password(String secret) {
    return new RedisProbe(null, Arguments.notEmpty("password", secret), key);
  }

  /**
   * Begins with {@code AUTH} for a user of Redis 6 or later, who needs the right to {@code PING} (or {@code
   * EXISTS}) only. The password is in no text of this probe's.
   *
   * @param name the user
   * @param secret not empty
   * @return a changed copy
   */
  public RedisProbe user(String name, String secret) {
    return new RedisProbe(
        Arguments.notEmpty("user", name), Arguments.notEmpty("password", secret), key);
  }

  /**
   * Asks {@code EXISTS key} instead, and fails while the key exists (Envoy: {@code key}): so operators take
   * a Redis out of service from within.
   *
   * @param name the key, not empty
   * @return a changed copy
   */
  public RedisProbe unlessExists(String name) {
    return new RedisProbe(user, password, Arguments.notEmpty("key", name));
  }

  /** Called by Fairlead, for each check. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    return Exchange.with(target, new Talk());
  }

  /** One command after the other. */
  private final class Talk implements Exchange.Lines {
    private final Deque<String> commands = new ArrayDeque<>(2);
    private String asked = "";

    Talk() {
      if (password != null) {
        commands.add("AUTH");
      }
      commands.add(key == null ? "PING" : "EXISTS");
    }

    @Override
    public void begun(Exchange with) {
      with.conceal(password == null ? "" : ByteText.of(password));
      ask(with);
    }

    private void ask(Exchange with) {
      asked = commands.remove();
      with.awaits("no answer to " + asked);
      with.send(
          switch (asked) {
            case "AUTH" ->
              user == null
                  ? command("AUTH", String.valueOf(password))
                  : command("AUTH", user, String.valueOf(password));
            case "EXISTS" -> command("EXISTS", String.valueOf(key));
            default -> command("PING");
          });
    }

    @Override
    public @Nullable Verdict line(String line, Exchange with) {
      if (line.startsWith("-")) {
        int repeated = line.indexOf(REPEATED);
        return Verdict.fail(
            repeated < 0 ? line : line.substring(0, repeated + REPEATED.length()) + '…');
      }
      switch (asked + " " + line) {
        case "AUTH +OK" -> {
          ask(with);
          return null;
        }
        case "PING +PONG" -> {
          return Verdict.pass(line);
        }
        case "EXISTS :0" -> {
          return Verdict.pass("no key " + key);
        }
        case "EXISTS :1" -> {
          return Verdict.fail("the key " + key + " exists");
        }
        default -> {
          return Verdict.of(CheckCode.L7RSP, "not Redis: " + with.shown(line));
        }
      }
    }
  }

  private static String command(String... words) {
    StringBuilder command = new StringBuilder("*").append(words.length).append("\r\n");
    for (String word : words) {
      String bytes = ByteText.of(word);
      command.append('$').append(bytes.length()).append("\r\n").append(bytes).append("\r\n");
    }
    return command.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RedisProbe that
        && Objects.equals(user, that.user)
        && Objects.equals(password, that.password)
        && Objects.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Objects.hash(user, password, key);
  }

  /** {@return for example {@code redis PING as monitor}} */
  @Override
  public String toString() {
    return (key == null ? "redis PING" : "redis EXISTS " + key)
        + (password == null ? "" : user == null ? " with a password" : " as " + user);
  }
}
