package dev.fairlead.balance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Requests that carry a text as their key, and what real programs did with 600 of them. */
final class Keyed {
  /** The text that {@link FakePickContext#with} was given. */
  static final HashKey KEY = HashKeys.request(String.class, "key", s -> s);

  private static final Properties GOLDEN = golden();

  private Keyed() {}

  private static Properties golden() {
    try (InputStream in = Keyed.class.getResourceAsStream("hash-golden.properties")) {
      Properties properties = new Properties();
      properties.load(Objects.requireNonNull(in));
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The servers of the 600 keys, a letter each. */
  static String golden(String what) {
    return Objects.requireNonNull(GOLDEN.getProperty(what), what);
  }

  /** Servers a, b, c… with ids from 1, as the golden mappings had them. */
  static List<Candidate> servers(int... weights) {
    return IntStream.range(0, weights.length)
        .mapToObj(i -> server(i, weights[i], "127.0.0.1", 9001 + i))
        .toList();
  }

  static Candidate server(int index, int weight, String host, int port) {
    return new Candidate(
        Character.toString('a' + index),
        index + 1,
        index,
        new InetSocketAddress(host, port),
        weight,
        0,
        Map.of(),
        new FakeLoad());
  }

  static Picker prepare(Balancer balancer, List<Candidate> servers) {
    return balancer.prepare(Candidates.members(servers, null));
  }

  static @Nullable Candidate pick(Picker picker, String key) {
    return picker.pick(new FakePickContext(1).with(key));
  }

  /** The servers of k0, k1… a letter each. */
  static String mapping(Picker picker, int keys) {
    return IntStream.range(0, keys)
        .mapToObj(i -> Objects.requireNonNull(pick(picker, "k" + i)).name())
        .collect(Collectors.joining());
  }

  static String mapping(Picker picker) {
    return mapping(picker, 600);
  }

  /** How many keys have another server. */
  static int moved(String before, String after) {
    return (int) IntStream.range(0, before.length())
        .filter(i -> before.charAt(i) != after.charAt(i))
        .count();
  }

  /** How many keys have another server although theirs is still there. */
  static int movedNeedlessly(String before, String after, char gone) {
    return (int) IntStream.range(0, before.length())
        .filter(i -> before.charAt(i) != gone && before.charAt(i) != after.charAt(i))
        .count();
  }

  /** How many keys a server has. */
  static int share(String mapping, char server) {
    return (int) mapping.chars().filter(c -> c == server).count();
  }
}
