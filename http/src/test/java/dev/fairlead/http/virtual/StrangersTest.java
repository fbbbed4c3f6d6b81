package dev.fairlead.http.virtual;

import dev.fairlead.http.virtual.Strangers.Kind;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The known strangers, and some that resemble them. The module {@code fuzz} searches for more. */
@Timeout(120)
final class StrangersTest {
  private static final int OTHERS = 150;

  static Stream<Arguments> kinds() {
    return Stream.of(
        kind("clients", Strangers::client, StrangerSeeds.clients()),
        kind("servers", Strangers::server, StrangerSeeds.servers()),
        kind("clients of HTTP/2", Strangers::http2Client, StrangerSeeds.http2Clients()),
        kind("servers of HTTP/2", Strangers::http2Server, StrangerSeeds.http2Servers()));
  }

  private static Arguments kind(String name, Kind kind, Stream<byte[]> seeds) {
    return Arguments.of(name, kind, seeds.toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void known_ones_do_no_harm(String name, Kind kind, List<byte[]> seeds) {
    seeds.forEach(seed -> meet(kind, seed));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void others_do_no_harm_either(String name, Kind kind, List<byte[]> seeds) {
    Random random = new Random(6);
    for (int i = 0; i < OTHERS; i++) {
      meet(kind, changed(seeds, random));
    }
  }

  private static void meet(Kind kind, byte[] input) {
    try {
      kind.meet(input);
    } catch (RuntimeException | Error e) {
      throw new AssertionError("harm by " + HexFormat.of().formatHex(input), e);
    }
  }

  /** One of the seeds, with bytes changed, left out, or taken from another. */
  private static byte[] changed(List<byte[]> seeds, Random random) {
    byte[] input = one(seeds, random).clone();
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(input.length);
      switch (random.nextInt(4)) {
        case 0 -> input[at] = (byte) random.nextInt();
        case 1 -> input[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> {
          int end = Math.min(input.length, at + 1 + random.nextInt(8));
          byte[] rest = Arrays.copyOfRange(input, end, input.length);
          input = joined(Arrays.copyOf(input, Math.max(2, at)), rest);
        }
        default -> {
          byte[] other = one(seeds, random);
          input = joined(
              Arrays.copyOf(input, at + 1),
              Arrays.copyOfRange(other, random.nextInt(other.length), other.length));
        }
      }
    }
    return input;
  }

  private static byte[] one(List<byte[]> seeds, Random random) {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
