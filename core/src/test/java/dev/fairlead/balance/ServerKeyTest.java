package dev.fairlead.balance;

import static dev.fairlead.balance.Keyed.KEY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that are the same by their key. */
class ServerKeyTest {
  static Stream<HashBalancer> withoutNeedlessMoves() {
    HashBalancer hash = Balancers.hash(KEY).serverKey(ServerKey.ADDRESS);
    return Stream.of(hash.ring(), hash.rendezvous());
  }

  @ParameterizedTest
  @MethodSource("withoutNeedlessMoves")
  void of_several_servers_on_one_host_any_may_leave_without_moving_the_keys_of_others(
      HashBalancer hash) {
    List<Candidate> servers = Keyed.servers(1, 1, 1, 1);
    String before = Keyed.mapping(Keyed.prepare(hash, servers), 3_000);
    for (Candidate leaving : servers) {
      List<Candidate> rest = servers.stream().filter(s -> !s.equals(leaving)).toList();
      String after = Keyed.mapping(Keyed.prepare(hash, rest), 3_000);
      assertThat(Keyed.movedNeedlessly(before, after, leaving.name().charAt(0)))
          .as("without %s", leaving.name())
          .isZero();
    }
  }
}
