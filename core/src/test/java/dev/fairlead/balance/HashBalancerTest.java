package dev.fairlead.balance;

import static dev.fairlead.balance.Keyed.KEY;
import static dev.fairlead.balance.Keyed.mapping;
import static dev.fairlead.balance.Keyed.pick;
import static dev.fairlead.balance.Keyed.prepare;
import static dev.fairlead.balance.Keyed.servers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HashBalancerTest {
  static Stream<HashBalancer> mappings() {
    HashBalancer hash = Balancers.hash(KEY);
    return Stream.of(hash.modulo(), hash.ring(), hash.maglev(251), hash.rendezvous());
  }

  static Stream<HashBalancer> all() {
    return Stream.concat(
        mappings(), Stream.of(Balancers.nginxHash(KEY), Balancers.nginxConsistentHash(KEY)));
  }

  private static String name(@Nullable Candidate picked) {
    return Objects.requireNonNull(picked).name();
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_request_without_a_key_goes_in_turn(HashBalancer hash) {
    Picker picker = prepare(hash, servers(1, 1, 1));
    FakePickContext request = new FakePickContext(1);
    String seen = name(picker.pick(request))
        + name(picker.pick(request))
        + name(picker.pick(request))
        + name(picker.pick(request));
    assertThat(seen).isEqualTo("abca");
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void an_empty_key_is_a_key(HashBalancer hash) {
    Picker picker = prepare(hash, servers(1, 1, 1));
    FakePickContext request = new FakePickContext(1).with("");
    String server = name(picker.pick(request));
    assertThat(server + name(picker.pick(request)) + name(picker.pick(request)))
        .isEqualTo(server.repeat(3));
  }

  @Test
  void an_empty_key_is_none_for_nginx() {
    for (HashBalancer nginx :
        List.of(Balancers.nginxHash(KEY), Balancers.nginxConsistentHash(KEY))) {
      Picker picker = prepare(nginx, servers(1, 1, 1));
      FakePickContext request = new FakePickContext(1).with("");
      assertThat(name(picker.pick(request)) + name(picker.pick(request))).isEqualTo("ab");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void a_request_without_a_key_is_for_the_fallback_which_keeps_its_state(HashBalancer hash) {
    Balancer pinned = Balancer.of((eligible, request) -> eligible.get(2));
    assertThat(name(prepare(hash.orElse(pinned), servers(1, 1, 1)).pick(new FakePickContext(1))))
        .isEqualTo("c");
    List<Candidate> three = servers(1, 1, 1);
    Picker first = prepare(hash, three);
    assertThat(name(first.pick(new FakePickContext(1)))).isEqualTo("a");
    Picker second = hash.prepare(Candidates.members(three, first));
    assertThat(name(second.pick(new FakePickContext(1)))).isEqualTo("b");
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void a_full_server_is_waited_for(HashBalancer hash) {
    List<Candidate> servers = Candidates.many(3).limit(1).build();
    Picker picker = prepare(hash, servers);
    Candidate first = Objects.requireNonNull(pick(picker, "key"));
    FakeLoad.of(first).inFlight(1);
    assertThat(pick(picker, "key")).isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void so_many_may_wait_for_a_full_server_and_no_more(HashBalancer hash) {
    List<Candidate> servers = Candidates.many(3).limit(1).build();
    Picker picker = prepare(hash.maxWaiting(2), servers);
    Candidate first = Objects.requireNonNull(pick(picker, "key"));
    FakeLoad.of(first).inFlight(1);
    FakeLoad.of(first).queued(1);
    assertThat(pick(picker, "key")).isEqualTo(first);
    FakeLoad.of(first).queued(2);
    Candidate second = pick(picker, "key");
    assertThat(second).isIn(servers).isNotEqualTo(first);
    servers.forEach(s -> FakeLoad.of(s).inFlight(1));
    servers.forEach(s -> FakeLoad.of(s).queued(2));
    assertThat(pick(picker, "key")).as("whichever is free first").isNull();
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void a_tried_server_is_passed_over_until_all_were_tried(HashBalancer hash) {
    List<Candidate> servers = Candidates.many(4).build();
    Picker picker = prepare(hash, servers);
    List<Candidate> tried = new ArrayList<>();
    Candidate first = pick(picker, "key");
    for (int i = 0; i < 4; i++) {
      Candidate picked = picker.pick(new FakePickContext(1).with("key").havingTried(tried));
      assertThat(picked).isIn(servers).isNotIn(tried);
      tried.add(Objects.requireNonNull(picked));
    }
    assertThat(picker.pick(new FakePickContext(1).with("key").havingTried(tried)))
        .isEqualTo(first);
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void an_untried_server_is_found_beside_a_far_heavier_one(HashBalancer hash) {
    List<Candidate> servers = Candidates.many(2).weights(256, 1).build();
    Picker picker = prepare(hash, servers);
    for (int i = 0; i < 200; i++) {
      FakePickContext request =
          new FakePickContext(1).with("k" + i).havingTried(servers.subList(0, 1));
      assertThat(picker.pick(request)).isEqualTo(servers.get(1));
    }
  }

  @ParameterizedTest
  @MethodSource("mappings")
  void balancers_agree_by_name_and_address_whatever_the_order(HashBalancer hash) {
    List<Candidate> servers = servers(5, 1, 3, 2, 2, 4);
    List<Candidate> shuffled = new ArrayList<>();
    List<Integer> order = List.of(3, 0, 5, 2, 4, 1);
    for (int i = 0; i < 6; i++) {
      Candidate s = servers.get(order.get(i));
      shuffled.add(
          new Candidate(s.name(), i + 1, i, s.address(), s.weight(), 0, s.tags(), new FakeLoad()));
    }
    for (ServerKey key : List.of(ServerKey.NAME, ServerKey.ADDRESS, ServerKey.ADDRESS_AND_PORT)) {
      HashBalancer agreeing = hash.serverKey(key);
      assertThat(mapping(prepare(agreeing, shuffled)))
          .as(agreeing.toString())
          .isEqualTo(mapping(prepare(agreeing, servers)));
    }
    HashBalancer byId = hash.serverKey(ServerKey.ID);
    assertThat(mapping(prepare(byId, shuffled))).isNotEqualTo(mapping(prepare(byId, servers)));
  }

  @ParameterizedTest
  @EnumSource(ServerKey.class)
  void servers_of_one_key_share_its_load(ServerKey key) {
    Picker picker = prepare(Balancers.hash(KEY).ring(64).serverKey(key), servers(1, 1, 1));
    String mapping = mapping(picker);
    for (char server = 'a'; server <= 'c'; server++) {
      assertThat(Keyed.share(mapping, server)).isBetween(120, 280);
    }
  }

  @Test
  void a_rings_point_takes_the_keys_on_both_sides_and_nginxs_those_before_it() {
    List<Candidate> servers = servers(1, 1);
    Roster roster = Roster.of(servers, ServerKey.ID, null);
    int a = ClassicHashes.avalanche(4096);
    int b = ClassicHashes.avalanche(2 * 4096);
    Mapping.Table table =
        new Ring(Ring.Kind.NEAREST, 1).layout(roster).table(roster.places(servers), 2);
    Judge judge = Judge.of(servers, 0, Integer.MAX_VALUE, () -> 0);
    int gap = b - a; // modulo 2³², the way from a up to b
    int half = gap >>> 1;
    assertThat(find(table, judge, a)).isZero();
    assertThat(find(table, judge, a + 1)).isZero();
    assertThat(find(table, judge, a - 1)).isZero();
    assertThat(find(table, judge, b + 1)).isOne();
    assertThat(find(table, judge, b - 1)).isOne();
    assertThat(find(table, judge, a + half)).as("the point before wins a tie").isZero();
    assertThat(find(table, judge, a + half + 1)).isOne();
    Mapping.Table ketama = new Ring(Ring.Kind.KETAMA, 160)
        .layout(Roster.of(servers, ServerKey.ADDRESS_AND_PORT, null))
        .table(roster.places(servers), 2);
    int first = Crc32.end(Crc32.update(
        Crc32.START,
        new byte[] {'1', '2', '7', '.', '0', '.', '0', '.', '1', 0, '9', '0', '0', '1', 0, 0, 0, 0},
        18));
    assertThat(find(ketama, judge, first)).isZero();
    assertThat(find(ketama, judge, first - 1)).isZero();
  }

  private static int find(Mapping.Table table, Judge judge, int position) {
    return table.find(position, new KeyBuffer(), new FakePickContext(1), judge, 0);
  }

  @Test
  void a_ring_and_its_layout_stay_while_only_health_changes() {
    HashBalancer ring = Balancers.hash(KEY).ring();
    List<Candidate> all = servers(1, 1, 1, 1);
    HashPicker first = (HashPicker) prepare(ring, all);
    HashPicker second =
        (HashPicker) ring.prepare(Candidates.members(all.subList(1, 4), all, first));
    assertThat(second.layout()).isSameAs(first.layout());
    HashBalancer other = Balancers.hash(KEY).ring(8);
    HashPicker third = (HashPicker) other.prepare(Candidates.members(all, second));
    assertThat(third.layout()).isNotSameAs(first.layout());
  }

  @Test
  void a_walk_past_many_full_servers_of_a_large_fleet_ends() {
    List<Candidate> servers = Candidates.many(2_000).limit(1).build();
    servers.forEach(s -> FakeLoad.of(s).inFlight(1));
    Picker picker = prepare(Balancers.hash(KEY).ring().maxWaiting(0), servers);
    assertThat(pick(picker, "key")).isNull();
  }

  @Test
  void ipvs_source_hash_deals_its_buckets_by_weight_and_looks_further_on_request() {
    List<Candidate> servers = Candidates.named("a", "b", "c").weights(3, 2, 1).build();
    Picker picker = prepare(Balancers.ipvsSourceHash(false, false), servers);
    StringBuilder seen = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      // 177 · 89 = 1 modulo 256: the address whose bucket is i
      seen.append(name(picker.pick(from(i * 113 & 255))));
    }
    int[] buckets = IntStream.range(0, 256).map(i -> i * 177 & 255).toArray();
    assertThat(buckets).doesNotHaveDuplicates();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      expected.append("aaabbc".charAt((i * 113 & 255) * 177 % 256 % 6));
    }
    assertThat(seen).hasToString(expected.toString());

    List<Candidate> up = servers.subList(1, 3);
    Balancer pinned = Balancer.of((eligible, request) -> eligible.get(1));
    Picker drops = Balancers.ipvsSourceHash(false, false)
        .orElse(pinned)
        .prepare(Candidates.members(up, servers, null));
    assertThat(name(drops.pick(from(0)))).as("bucket 0 is a's, which is down").isEqualTo("c");
    Picker looks = Balancers.ipvsSourceHash(false, true)
        .orElse(pinned)
        .prepare(Candidates.members(up, servers, null));
    assertThat(name(looks.pick(from(0)))).as("bucket 3 is the next up").isEqualTo("b");
  }

  private static FakePickContext from(int lastByte) {
    return new FakePickContext(1).from(new InetSocketAddress("10.0.0." + lastByte, 40_000));
  }

  @Test
  void ipvs_destination_hash_deals_its_buckets_one_by_one() {
    List<Candidate> servers = Candidates.named("a", "b", "c").weights(9, 2, 1).build();
    Picker picker = prepare(Balancers.ipvsDestinationHash(false), servers);
    assertThat(name(picker.pick(new Connected(from(1), "10.0.0.1"))))
        .isEqualTo(Character.toString("abc".charAt(177 % 3)));
    assertThat(name(picker.pick(new Connected(from(1), "10.0.0.0")))).isEqualTo("a");
    assertThat(name(picker.pick(from(1)))).as("no destination: in turn").isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "boundedLoad: 100 (expected: 101..1000000)     | BOUND",
        "maxWaiting: -1 (expected: 0 or more)          | WAITING",
        "points: 0 (expected: 1..4096)                 | POINTS",
        "tableSize: 65536 (expected: a prime up to 5000011) | TABLE",
        "function: SDBM (expected: none: nginxHash() has its own) | FUNCTION",
        "serverKey: NAME (expected: none: nginxHash() goes by the order of the servers) | KEY",
        "serverKey: ID (expected: none: ipvsSourceHash(fallback=true) goes by the order of the servers) | IPVS",
      })
  @SuppressWarnings("CheckReturnValue")
  void bad_settings_are_refused_where_they_are_written(String message, String what) {
    HashBalancer hash = Balancers.hash(KEY);
    assertThatThrownBy(() -> {
          switch (what) {
            case "BOUND" -> hash.boundedLoad(100);
            case "WAITING" -> hash.maxWaiting(-1);
            case "POINTS" -> hash.ring(0);
            case "TABLE" -> hash.maglev(65_536);
            case "KEY" -> Balancers.nginxHash(KEY).serverKey(ServerKey.NAME);
            case "IPVS" -> Balancers.ipvsSourceHash(false, true).serverKey(ServerKey.ID);
            default -> Balancers.nginxHash(KEY).function(HashFunction.SDBM);
          }
        })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void a_strategy_names_itself_with_all_its_parameters() {
    assertThat(Balancers.hash(HashKeys.source(24, 64)).ring().boundedLoad(125))
        .hasToString("hash(source(24, 64)).function(XX64).serverKey(NAME).ring(16)"
            + ".boundedLoad(125).orElse(roundRobin())");
    assertThat(Balancers.hash(KEY).maxWaiting(0))
        .hasToString("hash(key).function(XX64).serverKey(NAME).maglev(65537)"
            + ".maxWaiting(0).orElse(roundRobin())");
    assertThat(Balancers.nginxIpHash())
        .hasToString("nginxIpHash().key(source()).maxWaiting(0).orElse(roundRobin())");
  }

  @Test
  void strategies_made_alike_are_equal() {
    HashBalancer one = Balancers.hash(HashKeys.source(24, 64)).ring().boundedLoad(125);
    HashBalancer other =
        Balancers.hash(HashKeys.source(24, 64)).boundedLoad(125).ring();
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one).isNotEqualTo(one.maxWaiting(0)).isNotEqualTo(one.maglev());
    assertThat(Balancers.zone("home", one)).isEqualTo(Balancers.zone("home", other));
  }

  @ParameterizedTest
  @MethodSource("all")
  void eight_threads_get_the_same_answers_as_one(HashBalancer hash) {
    Picker picker = prepare(hash, servers(3, 1, 2, 5));
    String expected = mapping(picker, 2_000);
    List<CompletableFuture<String>> threads = Collections.nCopies(8, picker).stream()
        .map(p -> CompletableFuture.supplyAsync(() -> mapping(p, 2_000)))
        .toList();
    assertThat(threads).allSatisfy(t -> assertThat(t.join()).isEqualTo(expected));
  }

  /** A request that knows which address the client connected to. */
  record Connected(FakePickContext request, String host) implements PickContext {
    @Override
    public SocketAddress destination() {
      return new InetSocketAddress(host, 443);
    }

    @Override
    public SocketAddress client() {
      return request.client();
    }

    @Override
    public boolean tried(Candidate candidate) {
      return request.tried(candidate);
    }

    @Override
    public long nanoTime() {
      return request.nanoTime();
    }

    @Override
    public RandomGenerator random() {
      return request.random();
    }

    @Override
    public <T> @Nullable T request(Class<T> type) {
      return request.request(type);
    }
  }
}
