package dev.fairlead.health;

import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of its server, in HAProxy's words. Each part is null as long as the agent has not
 * spoken of it; of several words on the same part the last one counts.
 *
 * @param health up or down
 * @param word the very word of them, with its description
 * @param admin ready, drain or maintenance
 * @param weight what is to become of the configured weight
 * @param limit a limit of connections; 0 for none
 * @param odd the first word that was not understood
 */
record AgentReply(
    @Nullable Health health,
    String word,
    @Nullable Admin admin,
    @Nullable Weight weight,
    @Nullable Integer limit,
    @Nullable String odd) {
  static final AgentReply NOTHING = new AgentReply(null, "", null, null, null, null);

  private static final int GREATEST_WEIGHT = 256;
  private static final int GREATEST_PERCENT = 25_600; // the greatest weight of the least one

  /** A weight of its own, or a percentage of the configured one. */
  record Weight(int value, boolean percent) {
    /** What the configured weight is to be multiplied with; null when nothing can come of it. */
    @Nullable
    Double factor(int configured) {
      if (percent) {
        return value / 100.0;
      }
      return configured == 0 ? null : value / (double) configured;
    }

    @Override
    public String toString() {
      return percent ? value + "%" : "weight " + value;
    }
  }

  /** What an agent had said that made this of its server, as far as that can be told. */
  static AgentReply of(Finding finding) {
    Double factor = finding.weightFactor();
    return new AgentReply(
        finding.health(),
        finding.health() == Health.DOWN ? "down" : "up",
        finding.admin(),
        factor == null ? null : new Weight(percent(factor), true),
        finding.limit(),
        null);
  }

  /** What is more than nothing stays so: no traffic would be another word. */
  private static int percent(double factor) {
    return factor > 0 ? (int) Math.max(1, Math.round(factor * 100)) : 0;
  }

  /** Understands one line, without its end; whatever it is. */
  static AgentReply parse(String line) {
    int sharp = line.indexOf('#');
    String words = sharp < 0 ? line : line.substring(0, sharp);
    AgentReply reply = NOTHING;
    for (String word : words.split("[ \t,]+", -1)) {
      if (!word.isEmpty()) {
        reply = reply.with(word);
      }
    }
    String description = sharp < 0 ? "" : Reasons.line(line.substring(sharp + 1).strip());
    return description.isEmpty() || reply.health == null
        ? reply
        : reply.health(reply.health, reply.word + " (" + description + ")");
  }

  private AgentReply with(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "up" -> health(Health.UP, lower);
      case "down", "fail", "stopped" -> health(Health.DOWN, lower);
      case "ready" -> admin(Admin.READY);
      case "drain" -> admin(Admin.DRAIN);
      case "maint" -> admin(Admin.MAINTENANCE);
      default -> number(lower, word);
    };
  }

  private AgentReply number(String lower, String word) {
    if (lower.matches("(weight:)?[0-9]+%")) {
      String digits = lower.substring(lower.indexOf(':') + 1, lower.length() - 1);
      return weight(new Weight(atMost(GREATEST_PERCENT, digits), true));
    }
    if (lower.matches("weight:[0-9]+")) {
      int value = atMost(GREATEST_WEIGHT + 1, lower.substring("weight:".length()));
      return value > GREATEST_WEIGHT ? odd(word) : weight(new Weight(value, false));
    }
    if (lower.matches("maxconn:[0-9]+")) {
      return limit(atMost(Integer.MAX_VALUE, lower.substring("maxconn:".length())));
    }
    return odd(word);
  }

  private static int atMost(int most, String digits) {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    return significant.length() > 10 ? most : (int) Math.min(most, Long.parseLong(significant));
  }

  private AgentReply health(Health now, String said) {
    return new AgentReply(now, said, admin, weight, limit, odd);
  }

  private AgentReply admin(Admin now) {
    return new AgentReply(health, word, now, weight, limit, odd);
  }

  private AgentReply weight(Weight now) {
    return new AgentReply(health, word, admin, now, limit, odd);
  }

  private AgentReply limit(int now) {
    return new AgentReply(health, word, admin, weight, now, odd);
  }

  private AgentReply odd(String not) {
    return odd == null ? new AgentReply(health, word, admin, weight, limit, not) : this;
  }

  /** What holds after this reply: parts that it does not speak of stay as they were. */
  AgentReply after(AgentReply before) {
    return new AgentReply(
        health == null ? before.health : health,
        health == null ? before.word : word,
        admin == null ? before.admin : admin,
        weight == null ? before.weight : weight,
        limit == null ? before.limit : limit,
        null);
  }

  /** Whether it changes nothing but words. */
  boolean means(AgentReply other) {
    return health == other.health
        && admin == other.admin
        && limits() == other.limits()
        && Objects.equals(weight, other.weight);
  }

  private int limits() {
    return limit == null ? 0 : limit;
  }

  /** What it comes to for a server of this configured weight. */
  Finding finding(int configured) {
    return new Finding(
        health,
        admin,
        weight == null ? null : weight.factor(configured),
        limits() == 0 ? null : limit,
        Reasons.line("agent: " + this));
  }

  /** {@return for example {@code down (disk full), drain, 50%, maxconn 30}} */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (health != null) {
      parts.add(word);
    }
    if (admin != null) {
      parts.add(admin == Admin.MAINTENANCE ? "maint" : admin.name().toLowerCase(Locale.ROOT));
    }
    if (weight != null) {
      parts.add(weight.toString());
    }
    if (limit != null) {
      parts.add("maxconn " + limit);
    }
    return parts.isEmpty() ? "nothing" : String.join(", ", parts);
  }
}
