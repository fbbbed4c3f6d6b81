package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.balance.Outcome.Kind;
import dev.fairlead.status.CheckCode;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class OutlierPropertyTest {
  private static boolean ejected(FakeServer server) {
    List<String> said = server.said;
    return !said.isEmpty() && said.get(said.size() - 1).contains(" DOWN");
  }

  /** A step is a server and what it does: errors, successes, a local failure, a check, or time passes. */
  @Property(tries = 300)
  void no_more_are_ejected_than_allowed_and_all_return_when_it_is_calm(
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll @IntRange(max = 100) int percent,
      @ForAll boolean one,
      @ForAll @Size(max = 80) List<@IntRange(max = 59) Integer> steps)
      throws Exception {
    OutlierDetection detection = OutlierDetection.defaults()
        .consecutive5xx(2)
        .successRateMinimumHosts(3)
        .successRateRequestVolume(5)
        .maxEjectionPercent(percent)
        .alwaysEjectOneHost(one);
    int allowed = Math.max(count * percent / 100, one && count > 1 ? 1 : 0);
    Map<String, Object> common = new HashMap<>();
    List<FakeServer> servers = new ArrayList<>();
    List<AutoCloseable> watches = new ArrayList<>();
    try (VirtualNetwork net = VirtualNetwork.create()) {
      for (int i = 0; i < count; i++) {
        FakeServer server = new FakeServer(net.loop(0), new LocalAddress("s"), "s" + i, common);
        servers.add(server);
        watches.add(detection.watch(server));
      }
      for (int step : steps) {
        FakeServer server = servers.get(step / 5 % count);
        switch (step % 5) {
          case 0 -> server.ends(Ended.with(500));
          case 1 -> server.ends(Ended.by(Kind.CONNECT_FAILED));
          case 2 -> server.ends(Ended.with(200));
          case 3 -> server.isChecked(CheckCode.L7OK);
          default -> net.advance(Duration.ofSeconds(step));
        }
        net.run();
        assertThat(servers.stream().filter(s -> ejected(s)).count()).isLessThanOrEqualTo(allowed);
      }
      net.advance(Duration.ofMinutes(6));
      assertThat(servers).noneMatch(server -> ejected(server));
      for (FakeServer server : servers) { // ejections and returns take turns
        for (int i = 0; i < server.said.size(); i++) {
          assertThat(server.said.get(i)).contains(i % 2 == 0 ? " DOWN" : " UP");
        }
      }
      for (AutoCloseable watch : watches) {
        watch.close();
      }
    }
  }
}
