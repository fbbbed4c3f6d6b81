package dev.fairlead.health;

import java.util.concurrent.CompletionStage;

/**
 * Asks one server, once, whether it can do its work. How often it is asked, and how many answers it takes
 * to change a server's state, is {@link HealthCheck}'s.
 *
 * <p>A probe is called on the backend's control loop and must not block: blocking work belongs on an
 * executor of yours, and the stage may be completed on any thread. One probe serves many servers, so it
 * keeps nothing between calls; an answer of one server never waits for that of another. The same server is
 * not asked again before the check has ended.
 *
 * <p>A stage that fails counts as a failed check, and its exception is the verdict's text. So does a stage
 * that is not complete after {@link Target#timeout()}; if it is a {@link java.util.concurrent.Future}, it
 * is cancelled then, and what it says later is not heard. A probe that throws, or gives no stage or no
 * verdict, costs that one check too, and is reported by class name.
 *
 * <p>A complete example, a replica that is taken out of service while it lags behind:
 *
 * <pre>{@code
 * Probe inStep = target -> CompletableFuture.supplyAsync(() -> {
 *   InetSocketAddress address = (InetSocketAddress) target.address();
 *   String url = "jdbc:postgresql://%s:%d/app".formatted(address.getHostString(), address.getPort());
 *   try (Connection db = DriverManager.getConnection(url);
 *       Statement ask = db.createStatement()) {
 *     ask.setQueryTimeout((int) target.timeout().toSeconds());
 *     ResultSet row = ask.executeQuery(
 *         "select extract(epoch from now() - pg_last_xact_replay_timestamp())");
 *     row.next();
 *     return row.getInt(1) < 5
 *         ? Verdict.pass("in step")
 *         : Verdict.fail(row.getInt(1) + " s behind").expected("less than 5 s");
 *   } catch (SQLException e) {
 *     throw new CompletionException(e);
 *   }
 * }, pool);
 *
 * Backend db = Backend.builder("db")
 *     .server(Server.of("db1", "10.0.1.1", 5432))
 *     .server(Server.of("db2", "10.0.1.2", 5432))
 *     .healthCheck(HealthCheck.of(inStep).every(ofSeconds(3)).rise(1).fall(2))
 *     .build();
 * }</pre>
 */
@FunctionalInterface
public interface Probe {
  /**
   * Asks.
   *
   * @param target whom
   * @return completes with the verdict, on any thread
   */
  CompletionStage<Verdict> check(Target target);
}
