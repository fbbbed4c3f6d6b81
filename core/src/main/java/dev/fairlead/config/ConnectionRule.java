package dev.fairlead.config;

import dev.fairlead.edge.Condition;
import dev.fairlead.edge.Needs;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a connection for which a condition holds (HAProxy: {@code tcp-request connection},
 * {@code tcp-request content}, {@code use_backend}; Nginx: {@code ssl_preread} with {@code map}, {@code
 * pass}). The rules of a frontend are asked in their order, each as soon as what its condition asks for is
 * known; the first that holds decides, and a connection for which none holds goes to the default backend.
 * Immutable.
 *
 * <pre>{@code
 * TcpFrontend.builder("edge")
 *     .bind(Binding.of(443).tls(Tls.of(TlsCertificate.pem(chain, key))))
 *     .rule(when(source("192.0.2.0/24")).reject())
 *     .rule(when(sni("db.example.org")).passThrough(db))
 *     .defaultBackend(app)
 * }</pre>
 */
public final class ConnectionRule {
  /** What a rule does. */
  public enum Action {
    /** Ends the rules: the connection goes on to the default backend. */
    ACCEPT,
    /** Sends the connection to {@link #backend} or {@link #frontend}. */
    SEND,
    /** Closes the connection; the client sees a reset. */
    REJECT,
    /** Neither reads nor answers any more, until the client leaves or its time is over. */
    DROP
  }

  private final Condition condition;
  private final Action action;
  private final @Nullable Backend backend;
  private final @Nullable Frontend frontend;
  private final boolean passesThrough;

  private ConnectionRule(
      Condition condition,
      Action action,
      @Nullable Backend backend,
      @Nullable Frontend frontend,
      boolean passesThrough) {
    this.condition = condition;
    this.action = action;
    this.backend = backend;
    this.frontend = frontend;
    this.passesThrough = passesThrough;
  }

  /**
   * Begins a rule.
   *
   * @param condition when it applies
   * @return what to do then is still to be said
   */
  public static Choice when(Condition condition) {
    return new Choice(Objects.requireNonNull(condition, "condition"));
  }

  /** {@return when it applies} */
  public Condition condition() {
    return condition;
  }

  /** {@return what it does} */
  public Action action() {
    return action;
  }

  /** {@return where it sends, or null} */
  public @Nullable Backend backend() {
    return backend;
  }

  /** {@return to which frontend it hands over, or null} */
  public @Nullable Frontend frontend() {
    return frontend;
  }

  /** {@return whether what it sends is sent as it came, TLS not terminated} */
  public boolean passesThrough() {
    return passesThrough;
  }

  /** {@return condition and action} */
  @Override
  public String toString() {
    String to = backend != null
        ? " to " + backend.name()
        : frontend != null ? " to frontend " + frontend.name() : "";
    return "when %s %s%s%s"
        .formatted(
            condition,
            action.name().toLowerCase(Locale.ROOT),
            to,
            passesThrough ? " as it is" : "");
  }

  /** A condition that still lacks its action. Immutable. */
  public static final class Choice {
    private final Condition condition;

    private Choice(Condition condition) {
      this.condition = condition;
    }

    /**
     * Sends to a backend; TLS is terminated first where the binding terminates it.
     *
     * @param backend where
     * @return the rule
     */
    public ConnectionRule to(Backend backend) {
      return send(Objects.requireNonNull(backend, "backend"), null, false);
    }

    /**
     * Hands over to another frontend, which need not listen itself ({@link FrontendBuilder#unbound});
     * TLS is terminated first where the binding terminates it. The rules of that frontend are not asked.
     *
     * @param frontend to which
     * @return the rule
     */
    public ConnectionRule to(Frontend frontend) {
      return send(null, Objects.requireNonNull(frontend, "frontend"), false);
    }

    /**
     * Sends to a backend as it came: TLS is not terminated, and a protocol without TLS may come in where
     * the binding terminates TLS. Rules that need terminated TLS have to stand behind it.
     *
     * @param backend where
     * @return the rule
     * @throws IllegalArgumentException when the condition can only be asked once TLS is terminated
     */
    public ConnectionRule passThrough(Backend backend) {
      return send(Objects.requireNonNull(backend, "backend"), null, true);
    }

    /**
     * Hands over to another frontend as it came, see {@link #passThrough(Backend)}.
     *
     * @param frontend to which
     * @return the rule
     * @throws IllegalArgumentException when the condition can only be asked once TLS is terminated
     */
    public ConnectionRule passThrough(Frontend frontend) {
      return send(null, Objects.requireNonNull(frontend, "frontend"), true);
    }

    /**
     * Ends the rules: the connection goes to the default backend.
     *
     * @return the rule
     */
    public ConnectionRule accept() {
      return new ConnectionRule(condition, Action.ACCEPT, null, null, false);
    }

    /**
     * Closes the connection with a reset (HAProxy: {@code reject}).
     *
     * @return the rule
     */
    public ConnectionRule reject() {
      return new ConnectionRule(condition, Action.REJECT, null, null, false);
    }

    /**
     * Lets the client wait in vain (HAProxy: {@code silent-drop}, as far as a program without kernel
     * privileges can): nothing more is read or answered, until the client leaves or its client time-out is
     * over. It counts as open meanwhile.
     *
     * @return the rule
     */
    public ConnectionRule drop() {
      return new ConnectionRule(condition, Action.DROP, null, null, false);
    }

    private ConnectionRule send(
        @Nullable Backend backend, @Nullable Frontend frontend, boolean asItIs) {
      if (asItIs && condition.needs() == Needs.TLS) {
        throw new IllegalArgumentException(
            "passThrough: %s (expected: a condition that needs no terminated TLS)"
                .formatted(condition));
      }
      return new ConnectionRule(condition, Action.SEND, backend, frontend, asItIs);
    }
  }
}
