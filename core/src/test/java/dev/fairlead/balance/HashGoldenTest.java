package dev.fairlead.balance;

import static dev.fairlead.balance.Keyed.KEY;
import static dev.fairlead.balance.Keyed.golden;
import static dev.fairlead.balance.Keyed.mapping;
import static dev.fairlead.balance.Keyed.moved;
import static dev.fairlead.balance.Keyed.movedNeedlessly;
import static dev.fairlead.balance.Keyed.prepare;
import static dev.fairlead.balance.Keyed.servers;
import static dev.fairlead.balance.Keyed.share;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The very servers that haproxy 2.6 and nginx 1.22 chose. */
class HashGoldenTest {
  private static HashBalancer haproxy(HashFunction function) {
    return Balancers.hash(KEY).function(function).serverKey(ServerKey.ID);
  }

  private static final HashBalancer MAP = haproxy(HashFunction.SDBM).modulo();
  private static final HashBalancer CONSISTENT =
      haproxy(HashFunction.SDBM.avalanche()).ring();

  @Test
  void haproxys_map_is_the_same_and_most_keys_move_when_a_server_leaves() {
    String with = mapping(prepare(MAP, servers(1, 1, 1)));
    String without = mapping(prepare(MAP, servers(1, 1)));
    assertThat(with).isEqualTo(golden("haproxy.map"));
    assertThat(without).isEqualTo(golden("haproxy.map.without_c"));
    assertThat(moved(with, without)).isEqualTo(399);
    assertThat(movedNeedlessly(with, without, 'c')).isEqualTo(195);
  }

  @Test
  void haproxys_map_follows_its_weights_and_functions() {
    assertThat(mapping(prepare(MAP, servers(3, 2, 1))))
        .isEqualTo(golden("haproxy.map.weights_321"));
    HashBalancer wt6 = haproxy(HashFunction.WT6.avalanche()).modulo();
    assertThat(mapping(prepare(wt6, servers(5, 1, 1))))
        .isEqualTo(golden("haproxy.map.wt6_avalanche.weights_511"));
  }

  @Test
  void a_map_follows_a_change_of_weights_at_once_as_haproxys_does_when_it_starts_again() {
    Picker before = prepare(MAP, servers(1, 1, 1));
    Picker after = MAP.prepare(Candidates.members(servers(3, 2, 1), before));
    assertThat(mapping(after)).isEqualTo(golden("haproxy.map.weights_321"));
  }

  @Test
  void haproxys_ring_is_the_same_and_only_the_lost_servers_keys_move() {
    String with = mapping(prepare(CONSISTENT, servers(1, 1, 1)));
    String without = mapping(prepare(CONSISTENT, servers(1, 1)));
    assertThat(with).isEqualTo(golden("haproxy.consistent"));
    assertThat(without).isEqualTo(golden("haproxy.consistent.without_c"));
    assertThat(moved(with, without)).isEqualTo(207);
    assertThat(movedNeedlessly(with, without, 'c')).isZero();
    assertThat(List.of(share(with, 'a'), share(with, 'b'), share(with, 'c')))
        .containsExactly(222, 171, 207);
  }

  @Test
  void haproxys_ring_is_the_same_when_a_server_is_down() {
    List<Candidate> all = servers(1, 1, 1);
    Picker down = CONSISTENT.prepare(Candidates.members(all.subList(0, 2), all, null));
    assertThat(mapping(down)).isEqualTo(golden("haproxy.consistent.without_c"));
  }

  @Test
  void haproxys_ring_follows_its_weights_and_functions() {
    assertThat(mapping(prepare(CONSISTENT, servers(3, 2, 1))))
        .isEqualTo(golden("haproxy.consistent.weights_321"));
    assertThat(mapping(prepare(haproxy(HashFunction.DJB2).ring(), servers(1, 1, 1))))
        .isEqualTo(golden("haproxy.consistent.djb2"));
    HashBalancer crc32 = haproxy(HashFunction.CRC32.avalanche()).ring();
    assertThat(mapping(prepare(crc32, servers(5, 1, 1))))
        .isEqualTo(golden("haproxy.consistent.crc32_avalanche.weights_511"));
  }

  @Test
  void haproxys_balance_source_folds_the_address() {
    HashBalancer source = Balancers.hash(HashKeys.source()).serverKey(ServerKey.ID);
    Picker map = prepare(source.function(HashFunction.FOLD).modulo(), servers(1, 1, 1));
    Picker ring = prepare(source.function(HashFunction.FOLD.avalanche()).ring(), servers(1, 1, 1));
    assertThat(clients(map, i -> "127.0." + i % 3 + "." + (i + 1)))
        .isEqualTo("cbacbacbacbacbacbacbacbacbacbacbacbacbacbacbacbacbacbacbacba");
    assertThat(clients(ring, i -> "127.0." + i % 3 + "." + (i + 1)))
        .isEqualTo("bababacbacbaccbabbabbbaaacccaabaacababaccccaaccbcabcabaabbac");
  }

  @Test
  void nginxs_hash_is_the_same_and_most_keys_move_when_a_server_leaves() {
    HashBalancer nginx = Balancers.nginxHash(KEY);
    String with = mapping(prepare(nginx, servers(1, 1, 1)));
    String without = mapping(prepare(nginx, servers(1, 1)));
    assertThat(with).isEqualTo(golden("nginx.hash"));
    assertThat(without).isEqualTo(golden("nginx.hash.without_c"));
    assertThat(moved(with, without)).isEqualTo(391);
    assertThat(movedNeedlessly(with, without, 'c')).isEqualTo(198);
    assertThat(mapping(prepare(nginx, servers(5, 2, 1))))
        .isEqualTo(golden("nginx.hash.weights_521"));
  }

  @Test
  void nginxs_hash_moves_only_the_keys_of_a_server_that_is_down() {
    List<Candidate> all = servers(1, 1, 1);
    String down =
        mapping(Balancers.nginxHash(KEY).prepare(Candidates.members(all.subList(0, 2), all, null)));
    assertThat(down).isEqualTo(golden("nginx.hash.c_down"));
    assertThat(movedNeedlessly(golden("nginx.hash"), down, 'c')).isZero();
  }

  @Test
  void nginxs_consistent_hash_is_the_same() {
    HashBalancer ketama = Balancers.nginxConsistentHash(KEY);
    List<Candidate> all = servers(1, 1, 1);
    String with = mapping(prepare(ketama, all));
    String down = mapping(ketama.prepare(Candidates.members(all.subList(0, 2), all, null)));
    String without = mapping(prepare(ketama, servers(1, 1)));
    assertThat(with).isEqualTo(golden("nginx.consistent"));
    assertThat(down).isEqualTo(golden("nginx.consistent.c_down")).isEqualTo(without);
    assertThat(moved(with, without)).isEqualTo(share(with, 'c'));
    assertThat(movedNeedlessly(with, without, 'c')).isZero();
    assertThat(mapping(prepare(ketama, servers(5, 2, 1))))
        .isEqualTo(golden("nginx.consistent.weights_521"));
  }

  @Test
  void nginxs_consistent_hash_is_the_same_for_servers_of_three_addresses() {
    List<Candidate> all = IntStream.range(0, 3)
        .mapToObj(i -> Keyed.server(i, 1, "127.0.0." + (11 + i), 9000))
        .toList();
    HashBalancer ketama = Balancers.nginxConsistentHash(KEY);
    String with = mapping(prepare(ketama, all));
    String without = mapping(prepare(ketama, all.subList(0, 2)));
    assertThat(with).isEqualTo(golden("nginx.consistent.addresses"));
    assertThat(without).isEqualTo(golden("nginx.consistent.addresses.without_c"));
    assertThat(List.of(share(with, 'a'), share(with, 'b'), share(with, 'c')))
        .containsExactly(188, 209, 203);
    assertThat(moved(with, without)).isEqualTo(203);
    assertThat(movedNeedlessly(with, without, 'c')).isZero();
  }

  @Test
  void nginxs_consistent_hash_is_the_same_for_ipv6() {
    List<Candidate> all =
        IntStream.range(0, 3).mapToObj(i -> Keyed.server(i, 1, "::1", 9001 + i)).toList();
    assertThat(mapping(prepare(Balancers.nginxConsistentHash(KEY), all)))
        .isEqualTo(golden("nginx.consistent.ipv6"));
  }

  @ParameterizedTest
  @CsvSource({
    "/81fa1d251d605775d647b5b55565e71526d4cef6, 10.0.0.7",
    "/2fec328e6ccdda6a7edf329f9f780e546ea183b4, 10.0.0.5",
    "/19fb835d90883a6263ec4279c6da184e3f1a79b2, 10.0.0.4",
    "/da7a88e542f7aaddc074f988164b9df7e5f7fea6, 10.0.0.4",
    "/8f87cfd8005306643b6528b3d4125cf005139a7e, 10.0.0.5",
  })
  void nginxs_consistent_hash_agrees_with_pingoras_sample_of_nginx(String uri, String host) {
    List<Candidate> nine = IntStream.range(0, 9)
        .mapToObj(i -> Keyed.server(i, 100, "10.0.0." + (i + 1), 443))
        .toList();
    Candidate picked = Keyed.pick(prepare(Balancers.nginxConsistentHash(KEY), nine), uri);
    assertThat(Objects.requireNonNull(picked).address())
        .isEqualTo(new InetSocketAddress(host, 443));
  }

  @Test
  void nginxs_ip_hash_is_the_same() {
    Picker equal = prepare(Balancers.nginxIpHash(), servers(1, 1, 1));
    assertThat(clients(equal, i -> "10." + i * 7 % 256 + "." + i * 13 % 256 + ".9"))
        .isEqualTo("aaaaaccccccccbbbbbbbaccccccccbbbbbbbbaaaccbbbbbbbbaaaaaaaccc");
    assertThat(clients(equal, i -> "2001:db8::" + Integer.toHexString(i * 977)))
        .isEqualTo("baaaaacccbbaaaaaacccccbaaaaacccccbbbbbacccccbbbbbbaacccbbbbb");
  }

  @Test
  void nginxs_ip_hash_is_the_same_with_weights_and_a_server_down() {
    List<Candidate> all = servers(5, 1, 2);
    Picker down = Balancers.nginxIpHash()
        .prepare(Candidates.members(List.of(all.get(0), all.get(2)), all, null));
    assertThat(clients(down, i -> "10." + i * 7 % 256 + "." + i * 13 % 256 + ".9"))
        .isEqualTo("aaaaaacacacacacacacacaaaaaaaaaaaaaacaaaacacacacacacacacacaaa");
    assertThat(clients(down, i -> "2001:db8::" + Integer.toHexString(i * 977)))
        .isEqualTo("caaaacaaaaaaacaaaacaaaacaacacaacacaacaaaacaaaacaacacaacaacac");
  }

  private static String clients(Picker picker, IntFunction<String> address) {
    return IntStream.range(0, 60)
        .mapToObj(i -> {
          FakePickContext request = new FakePickContext(1).from(client(address.apply(i)));
          return Objects.requireNonNull(picker.pick(request)).name();
        })
        .collect(Collectors.joining());
  }

  private static InetSocketAddress client(String address) {
    try {
      return new InetSocketAddress(InetAddress.getByName(address), 40_000);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /** Held connections, one key; HAProxy 2.6. */
  @ParameterizedTest
  @CsvSource({
    "0, k0, aaaaaaaaaaaa",
    "0, k1, cccccccccccc",
    "125, k0, accbacacacba",
    "125, k1, cacbcaacacba",
    "125, k3, cacbcaacacba",
    "125, origin, bccbcbacbcba",
    "125, abc, abcbabacabba",
    "150, k0, accacacacaca",
    "150, k1, cacacacacaca",
    "150, origin, bcbcbcbcbcbc",
    "150, abc, abbababababa",
    "200, k0, acacaacaacaa",
    "200, k1, ccaccaccacca",
    "200, origin, bcbbcbbcbbcb",
    "200, abc, ababaabaabaa",
  })
  void haproxys_bounded_load_chooses_the_same_while_connections_are_held(
      int factor, String key, String expected) {
    HashBalancer bounded = factor == 0 ? CONSISTENT : CONSISTENT.boundedLoad(factor);
    assertThat(held(prepare(bounded, servers(1, 1, 1)), key)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"k0, acaaaaaaaaaa", "k1, acaaaaaaaaaa", "k3, caaaacaaaaca", "abc, abaaaaaaaaaa"})
  void haproxys_bounded_load_follows_its_weights(String key, String expected) {
    Picker picker = prepare(CONSISTENT.boundedLoad(150), servers(5, 2, 1));
    assertThat(held(picker, key)).isEqualTo(expected);
  }

  private static String held(Picker picker, String key) {
    return IntStream.range(0, 12)
        .mapToObj(i -> {
          Candidate server = Objects.requireNonNull(Keyed.pick(picker, key));
          FakeLoad.of(server).hold(0);
          return server.name();
        })
        .collect(Collectors.joining());
  }
}
