package dev.fairlead.config;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.fairlead.edge.Needs;
import dev.fairlead.spi.Check;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the builders of all frontends share. Not thread-safe.
 *
 * @param <B> the builder itself
 */
public abstract class FrontendBuilder<B extends FrontendBuilder<B>> {
  private final String name;
  private final List<Binding> bindings = new ArrayList<>();
  private int maxConnections;
  private Duration clientTimeout = Duration.ofSeconds(50);
  private @Nullable Duration clientFinTimeout;
  private final List<ConnectionRule> rules = new ArrayList<>();
  private Duration inspectTimeout = Duration.ofSeconds(5);
  private boolean unbound;
  private @Nullable Backend defaultBackend;

  /**
   * A builder.
   *
   * @param name the frontend's name
   */
  protected FrontendBuilder(String name) {
    this.name = Check.name("frontend", name);
  }

  /** {@return this, as the type that the user has} */
  protected abstract B self();

  /**
   * Listens on all addresses of this machine. May be called several times.
   *
   * @param port 0..65535; 0 lets the system choose
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B bind(int port) {
    return bind(Binding.of(port));
  }

  /**
   * Listens on one address of this machine. May be called several times.
   *
   * @param host a name or an IP address of this machine
   * @param port 0..65535; 0 lets the system choose
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B bind(String host, int port) {
    return bind(Binding.of(host, port));
  }

  /**
   * Listens on any address that the transport knows. May be called several times.
   *
   * @param address where
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B bind(SocketAddress address) {
    return bind(Binding.of(address));
  }

  /**
   * Listens. May be called several times.
   *
   * @param binding where and how
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B bind(Binding binding) {
    bindings.add(Objects.requireNonNull(binding, "binding"));
    return self();
  }

  /**
   * How many connections may be open at once (HAProxy: {@code maxconn}); more wait in the kernel's
   * backlog. Default: any number.
   *
   * @param limit 0 or more; 0 for any number
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B maxConnections(int limit) {
    maxConnections = Check.range("maxConnections", limit, 0, Integer.MAX_VALUE);
    return self();
  }

  /**
   * How long a client may do nothing while it is expected to send or receive (HAProxy: {@code timeout
   * client}). Default 50 s.
   *
   * @param timeout more than 0
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B clientTimeout(Duration timeout) {
    clientTimeout = Check.positive("clientTimeout", timeout);
    return self();
  }

  /**
   * How long a client's connection may rest once one direction has ended (HAProxy: {@code timeout
   * client-fin}). Default: as any other time.
   *
   * @param timeout more than 0
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B clientFinTimeout(Duration timeout) {
    clientFinTimeout = Check.positive("clientFinTimeout", timeout);
    return self();
  }

  /**
   * Listens nowhere: its connections are handed to it by rules of other frontends (Nginx: {@code pass}). It
   * has no rules of its own: they are asked where a connection comes in.
   *
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B unbound() {
    unbound = true;
    return self();
  }

  /**
   * Adds a rule behind those that were added before.
   *
   * @param rule what is done with which connections
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B rule(ConnectionRule rule) {
    rules.add(Objects.requireNonNull(rule, "rule"));
    return self();
  }

  /**
   * How long rules wait for a client's first bytes; then they decide on what is there (HAProxy: {@code
   * tcp-request inspect-delay}, Nginx: {@code preread_timeout}). Where TLS is terminated no longer than a
   * handshake may take. Default 5 s.
   *
   * @param timeout more than 0
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B inspectTimeout(Duration timeout) {
    inspectTimeout = Check.positive("inspectTimeout", timeout);
    return self();
  }

  /**
   * Where traffic goes (HAProxy: {@code default_backend}). Required.
   *
   * @param backend the backend
   * @return this builder
   */
  @CanIgnoreReturnValue
  public final B defaultBackend(Backend backend) {
    defaultBackend = Objects.requireNonNull(backend, "defaultBackend");
    return self();
  }

  /**
   * The settings, checked.
   *
   * @return an immutable copy
   * @throws IllegalArgumentException when bindings or the default backend are missing, or a rule can never
   *     do what it says; all problems in one message
   */
  protected final FrontendSettings settings() {
    List<String> problems = new ArrayList<>();
    if (bindings.isEmpty() && !unbound) {
      problems.add("no address to listen on (call bind(...) or unbound())");
    } else if (!bindings.isEmpty() && unbound) {
      problems.add("both bind(...) and unbound() (leave out one)");
    }
    addRuleProblems(problems);
    Backend backend = defaultBackend;
    if (backend == null) {
      problems.add("no backend (call defaultBackend(...))");
    }
    if (backend == null || !problems.isEmpty()) {
      throw new IllegalArgumentException(
          "frontend '%s': %s".formatted(name, String.join("; ", problems)));
    }
    return new FrontendSettings(
        name,
        List.copyOf(bindings),
        maxConnections,
        clientTimeout,
        clientFinTimeout,
        List.copyOf(rules),
        inspectTimeout,
        backend);
  }

  private void addRuleProblems(List<String> problems) {
    if (unbound && !rules.isEmpty()) {
      problems.add(
          "rules, which are asked where a connection comes in (leave them out of unbound())");
    }
    boolean terminates = bindings.stream().anyMatch(b -> b.tls() != null);
    boolean handshakeDone = false;
    for (ConnectionRule rule : rules) {
      if (terminates && handshakeDone && rule.passesThrough()) {
        problems.add(
            "rule '%s' behind one that needs terminated TLS (expected: before it)".formatted(rule));
      }
      handshakeDone |= rule.condition().needs() == Needs.TLS;
    }
  }
}
