package dev.fairlead.balance;

import static dev.fairlead.balance.Keyed.KEY;
import static dev.fairlead.balance.Keyed.mapping;
import static dev.fairlead.balance.Keyed.share;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares on rings with many points. */
class RingSharesTest {
  /** HAProxy has 4,096 numbers for the points of a server, and never needs more. */
  @ParameterizedTest
  @CsvSource({"16, 256", "32, 256", "1024, 8", "4096, 1", "4096, 4"})
  void servers_known_by_their_number_share_evenly_however_many_points_they_have(
      int points, int weight) {
    HashBalancer ring = Balancers.hash(KEY).serverKey(ServerKey.ID).ring(points);
    String owners = mapping(Keyed.prepare(ring, Keyed.servers(weight, weight, weight)), 30_000);
    for (char server : List.of('a', 'b', 'c')) {
      assertThat(share(owners, server)).isBetween(9_000, 11_000);
    }
  }
}
