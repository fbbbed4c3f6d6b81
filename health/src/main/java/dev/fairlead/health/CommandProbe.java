package dev.fairlead.health;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whether a program says that the server works, by its exit code (HAProxy: {@code external-check};
 * keepalived: {@code MISC_CHECK}). Immutable: each method returns a changed copy. Made by {@link
 * Probes#command}.
 *
 * <p>Exit code 0 passes ({@code PROCOK}), any other fails ({@code PROCERR}); the last line of what it wrote, to
 * standard output or standard error, is the verdict's text. At the timeout it is killed ({@code PROCTOUT}),
 * with the processes that it has started, as it is when the check ends for another reason. It reads an empty
 * standard input.
 *
 * <p>Each run has a thread of its own as long as it lasts; the control loop waits for nothing. A process a
 * check is what it costs: for many servers, or often, rather write a {@link Probe}.
 *
 * <p>Of this program's environment it sees {@code PATH} only, and besides, with HAProxy's names, {@code
 * HAPROXY_PROXY_NAME} (the backend's name), {@code HAPROXY_SERVER_NAME}, {@code HAPROXY_SERVER_ADDR} and
 * {@code HAPROXY_SERVER_PORT} (empty when there is none; those of the check if it has its own), and what
 * {@link #environment} adds. HAProxy's other variables are not there: its numbers of proxies and servers, its
 * counters, and the first listener of the proxy.
 */
public final class CommandProbe implements Probe {
  private static final String NOT_USED = "NOT_USED";

  private final List<String> command;
  private final Map<String, String> environment;
  private final @Nullable Path directory;
  private final boolean haproxyArguments;

  private CommandProbe(
      List<String> command,
      Map<String, String> environment,
      @Nullable Path directory,
      boolean haproxyArguments) {
    this.command = command;
    this.environment = environment;
    this.directory = directory;
    this.haproxyArguments = haproxyArguments;
  }

  static CommandProbe of(List<String> command) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command: none (expected: a program, and its arguments)");
    }
    var unused = Arguments.notEmpty("command", command.get(0));
    List<String> words =
        command.stream().map(word -> withoutNul("command", word)).toList();
    return new CommandProbe(words, Map.of(), null, false);
  }

  /**
   * One more variable of its environment, or another value for one, {@code PATH} included.
   *
   * @param name letters, digits and underscores
   * @param value any text
   * @return a changed copy
   */
  public CommandProbe environment(String name, String value) {
    Arguments.require(
        Objects.requireNonNull(name, "name").matches("[A-Za-z_][A-Za-z0-9_]*"),
        "name",
        name,
        "letters, digits and underscores");
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, withoutNul("value", value));
    return new CommandProbe(command, Map.copyOf(more), directory, haproxyArguments);
  }

  /**
   * Where it runs.
   *
   * @param folder default: where this program runs
   * @return a changed copy
   */
  public CommandProbe directory(Path folder) {
    return new CommandProbe(
        command, environment, Objects.requireNonNull(folder, "directory"), haproxyArguments);
  }

  /**
   * Adds the four arguments that HAProxy gives to a script, which therefore need not be changed: {@code
   * NOT_USED}, {@code NOT_USED} (as for any backend), the server's address, and its port.
   *
   * @return a changed copy
   */
  public CommandProbe haproxyArguments() {
    return new CommandProbe(command, environment, directory, true);
  }

  /** Called by Fairlead, for each check. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    String address = host(target.address());
    String port = port(target.address());
    List<String> words = new ArrayList<>(command);
    if (haproxyArguments) {
      words.addAll(List.of(NOT_USED, NOT_USED, address, port.isEmpty() ? NOT_USED : port));
    }
    Map<String, String> variables = new HashMap<>();
    variables.put("HAPROXY_PROXY_NAME", target.backend());
    variables.put("HAPROXY_SERVER_NAME", target.name());
    variables.put("HAPROXY_SERVER_ADDR", address);
    variables.put("HAPROXY_SERVER_PORT", port);
    ProcessBuilder process = new ProcessBuilder(words);
    process.directory(directory == null ? null : directory.toFile());
    process.environment().keySet().retainAll(List.of("PATH"));
    process.environment().putAll(variables);
    process.environment().putAll(environment);
    return new CommandRun(process)
        .start("fairlead-check-" + target.backend() + '/' + target.name());
  }

  private static String host(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return address.toString();
    }
    return inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
  }

  private static String port(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? Integer.toString(inet.getPort()) : "";
  }

  private static String withoutNul(String field, String text) {
    Objects.requireNonNull(text, field);
    return Arguments.require(
        text.indexOf('\0') < 0, field, text.replace('\0', '?'), "text without NUL");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CommandProbe that
        && command.equals(that.command)
        && environment.equals(that.environment)
        && Objects.equals(directory, that.directory)
        && haproxyArguments == that.haproxyArguments;
  }

  @Override
  public int hashCode() {
    return Objects.hash(command, environment, directory, haproxyArguments);
  }

  /** {@return the program; its arguments may be secrets} */
  @Override
  public String toString() {
    return "command " + command.get(0);
  }
}
