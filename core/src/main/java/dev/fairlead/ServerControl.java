package dev.fairlead;

import dev.fairlead.config.Backend;
import dev.fairlead.internal.admission.LiveServer;
import dev.fairlead.internal.control.BackendRuntime;
import dev.fairlead.spi.Check;
import dev.fairlead.state.Change;
import dev.fairlead.status.Admin;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The controls of one server of a running backend (HAProxy: {@code set server}). Thread-safe. What the
 * operator wishes and what checks find are kept apart: none undoes the other. Stages are as in {@link
 * BackendControl}.
 */
public final class ServerControl {
  private final BackendRuntime runtime;
  private final String name;

  ServerControl(BackendRuntime runtime, String name) {
    this.runtime = runtime;
    this.name = name;
  }

  /** {@return a snapshot; null when the server has left meanwhile} */
  public @Nullable ServerStatus status() {
    return runtime.serverStatus(name);
  }

  /**
   * No new traffic but sticky sessions; what runs may finish.
   *
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> drain() {
    return change(new Change.SetAdmin(name, Admin.DRAIN));
  }

  /**
   * No new traffic at all; what runs may finish.
   *
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> maintenance() {
    return change(new Change.SetAdmin(name, Admin.MAINTENANCE));
  }

  /**
   * Traffic, as far as the checks agree.
   *
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> ready() {
    return change(new Change.SetAdmin(name, Admin.READY));
  }

  /**
   * Another weight.
   *
   * @param weight 0..256; 0 takes no new traffic but sticky sessions
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> weight(int weight) {
    return change(new Change.SetWeight(name, Check.range("weight", weight, 0, 256)));
  }

  /**
   * Another limit of concurrent requests or TCP sessions.
   *
   * @param limit 0 or more; 0 for any number
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> maxConnections(int limit) {
    return change(
        new Change.SetLimit(name, Check.range("maxConnections", limit, 0, Integer.MAX_VALUE)));
  }

  /**
   * Takes back what a source of findings has said, until it speaks again.
   *
   * @param source its name, as {@link ServerStatus#findings()} shows it
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> clear(String source) {
    ServerStatus now = status();
    return now == null ? gone() : change(new Change.Report(name, now.id(), source, null));
  }

  /**
   * Forces the health, whatever the checks find (HAProxy: {@code set server … health}). Unlike there, a later
   * check does not undo it: it holds until {@link #releaseHealth()}. The checks go on.
   *
   * @param health {@link Health#UP} or {@link Health#DOWN}
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> forceHealth(Health health) {
    if (Objects.requireNonNull(health, "health") == Health.UNCHECKED) {
      throw new IllegalArgumentException("health: UNCHECKED (expected: UP or DOWN)");
    }
    return change(new Change.Force(name, health));
  }

  /**
   * Lets the health be what the checks find.
   *
   * @return the status that contains it
   */
  public CompletionStage<BackendStatus> releaseHealth() {
    return change(new Change.Force(name, null));
  }

  /**
   * Ends the watch of one source and takes back what it has said (HAProxy: {@code disable health}, {@code
   * disable agent}).
   *
   * @param source its name: {@link Backend#CHECK} for the health check
   * @return the status that contains it
   * @throws IllegalArgumentException when no source of that name watches the server
   */
  public CompletionStage<BackendStatus> disableCheck(String source) {
    return checking(source, false);
  }

  /**
   * Begins the watch of one source anew (HAProxy: {@code enable health}, {@code enable agent}).
   *
   * @param source its name: {@link Backend#CHECK} for the health check
   * @return the status that contains it
   * @throws IllegalArgumentException when no source of that name watches the server
   */
  public CompletionStage<BackendStatus> enableCheck(String source) {
    return checking(source, true);
  }

  private CompletionStage<BackendStatus> checking(String source, boolean enabled) {
    Set<String> sources = runtime.sources(name);
    if (!sources.contains(source)) {
      throw new IllegalArgumentException(
          "source: '%s' (expected: one of %s)".formatted(source, sources));
    }
    return change(new Change.SetChecking(name, source, enabled));
  }

  /**
   * Waits until nothing is in flight on the server; ends what is left when the grace is over. New traffic
   * is not kept away by this: drain first.
   *
   * @param grace 0 or more
   * @return the status at that moment
   */
  public CompletionStage<BackendStatus> whenIdle(Duration grace) {
    LiveServer live = runtime.find(name);
    return live == null ? gone() : runtime.whenIdle(live, grace);
  }

  private CompletionStage<BackendStatus> change(Change change) {
    return runtime.change(List.of(change));
  }

  private CompletionStage<BackendStatus> gone() {
    return CompletableFuture.failedFuture(
        new IllegalArgumentException("server: '%s' (it has left its backend)".formatted(name)));
  }
}
