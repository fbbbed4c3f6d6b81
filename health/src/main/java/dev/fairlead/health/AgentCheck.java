package dev.fairlead.health;

import dev.fairlead.spi.Check;
import dev.fairlead.spi.HealthMonitor;
import dev.fairlead.spi.Watched;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks a program beside the server what the server can take (HAProxy: {@code agent-check}). Immutable: a
 * method with an argument returns a changed copy.
 *
 * <pre>{@code
 * Backend.builder("app")
 *     .healthCheck(HealthCheck.http("GET", "/health"))
 *     .monitor("agent", AgentCheck.port(9707))
 * }</pre>
 *
 * <p>The agent is connected to, is sent {@link #send} if there is such a text, and answers one line, ended
 * by CR or LF: words in any case and order, between spaces, tabs or commas.
 *
 * <table>
 * <caption>What an agent may say</caption>
 * <tr><td>{@code 75%}, {@code weight:75%}</td><td>this much of the configured weight; 0% is no new
 *     traffic</td></tr>
 * <tr><td>{@code weight:30}</td><td>this weight, 0..256, instead of the configured one (newer HAProxy)</td></tr>
 * <tr><td>{@code maxconn:30}</td><td>at most so many connections; 0 takes that back</td></tr>
 * <tr><td>{@code drain}, {@code maint}, {@code ready}</td><td>no new traffic; none at all; neither</td></tr>
 * <tr><td>{@code down}, {@code fail}, {@code stopped}</td><td>does not work</td></tr>
 * <tr><td>{@code up}</td><td>works, as far as the agent knows</td></tr>
 * <tr><td>{@code #}</td><td>the rest of the line is why it is down</td></tr>
 * </table>
 *
 * <p>What a line does not speak of stays as the agent said it last: only the agent undoes an agent. An agent
 * that cannot be reached, or says nothing complete, changes nothing; a word that is not understood is passed
 * over with a warning. As each source's findings are kept apart from the operator's wishes and from each
 * other, {@code up} never overrides a failed health check; other than in HAProxy, {@code ready} does not take
 * back the drain of an operator, a weight is a factor of the operator's own, and {@code maxconn} can lower
 * the configured limit, not raise it. Also other than there, a description may follow its word without a
 * space ({@code down#disk full}); HAProxy passes over that as a word it does not know.
 */
public final class AgentCheck implements HealthMonitor {
  private final String question;
  private final Rhythm rhythm;
  private final Endpoint endpoint;

  private AgentCheck(String question, Rhythm rhythm, Endpoint endpoint) {
    this.question = question;
    this.rhythm = rhythm;
    this.endpoint = endpoint;
  }

  /**
   * An agent at the server's host (HAProxy: {@code agent-port}).
   *
   * @param port 1..65535
   * @return the check, every 2 s
   */
  public static AgentCheck port(int port) {
    return new AgentCheck(
        "", Rhythm.DEFAULT, Endpoint.OF_SERVER.port(Check.range("port", port, 1, 65_535)));
  }

  /**
   * One agent that speaks for each server (HAProxy: {@code agent-addr}); it knows by {@link #send} whom.
   *
   * @param address where it listens
   * @return the check, every 2 s
   */
  public static AgentCheck address(SocketAddress address) {
    return new AgentCheck(
        "", Rhythm.DEFAULT, Endpoint.OF_SERVER.address(Objects.requireNonNull(address, "address")));
  }

  /**
   * The time from one question to the next (HAProxy: {@code agent-inter}).
   *
   * @param interval from 1 ms on; default 2 s
   * @return a changed copy
   */
  public AgentCheck every(Duration interval) {
    return new AgentCheck(question, rhythm.every(interval), endpoint);
  }

  /**
   * How long connecting and answering may take together.
   *
   * @param limit from 1 ms on; default: as {@link #every}
   * @return a changed copy
   */
  public AgentCheck timeout(Duration limit) {
    return new AgentCheck(question, rhythm.timeout(limit), endpoint);
  }

  /**
   * By how much each interval varies at random, either way (HAProxy: {@code spread-checks}).
   *
   * @param percent 0..50; default 0
   * @return a changed copy
   */
  public AgentCheck jitter(int percent) {
    return new AgentCheck(question, rhythm.jitter(percent), endpoint);
  }

  /**
   * What is sent to the agent (HAProxy: {@code agent-send}). In it, {@code {backend}} and {@code {server}}
   * stand for their names.
   *
   * @param text in UTF-8; a line end is up to you. Default: nothing is sent
   * @return a changed copy
   */
  public AgentCheck send(String text) {
    return new AgentCheck(Arguments.notEmpty("send", text), rhythm, endpoint);
  }

  /** Called by Fairlead, for each server. */
  @Override
  public AutoCloseable watch(Watched server) {
    String sent = ByteText.of(
        question.replace("{backend}", server.backend()).replace("{server}", server.name()));
    AgentLoop loop = new AgentLoop(server, sent, rhythm, endpoint);
    loop.start();
    return loop;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AgentCheck that
        && question.equals(that.question)
        && rhythm.equals(that.rhythm)
        && endpoint.equals(that.endpoint);
  }

  @Override
  public int hashCode() {
    return Objects.hash(question, rhythm, endpoint);
  }

  /** {@return for example {@code agent, at port 9707, every 2 s}} */
  @Override
  public String toString() {
    return "agent" + endpoint.text() + ", every " + Rhythm.text(rhythm.every()) + ", timeout "
        + Rhythm.text(rhythm.patience());
  }
}
