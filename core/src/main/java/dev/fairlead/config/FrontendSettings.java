package dev.fairlead.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What all frontends have. Made by {@link FrontendBuilder}. Immutable.
 *
 * @param name the name, unique in a load balancer
 * @param bindings where it listens; none for one whose connections are handed to it
 * @param maxConnections how many connections may be open at once, 0 for any number
 * @param clientTimeout how long a client may do nothing
 * @param clientFinTimeout how long a client's connection may rest once one direction has ended; null: as
 *     any other time
 * @param rules what is done with connections before the protocol gets them, in this order
 * @param inspectTimeout how long rules wait for a client's first bytes
 * @param defaultBackend where traffic goes that no rule sends elsewhere
 */
public record FrontendSettings(
    String name,
    List<Binding> bindings,
    int maxConnections,
    Duration clientTimeout,
    @Nullable Duration clientFinTimeout,
    List<ConnectionRule> rules,
    Duration inspectTimeout,
    Backend defaultBackend) {

  /** {@return all backends to which it may send, the default first} */
  public List<Backend> backends() {
    return Stream.concat(Stream.of(defaultBackend), chosen(ConnectionRule::backend))
        .distinct()
        .toList();
  }

  /** {@return the frontends to which its rules hand connections over} */
  public List<Frontend> frontends() {
    return chosen(ConnectionRule::frontend).distinct().toList();
  }

  private <T> Stream<T> chosen(Function<ConnectionRule, @Nullable T> choice) {
    return rules.stream().flatMap(rule -> Stream.ofNullable(choice.apply(rule)));
  }
}
