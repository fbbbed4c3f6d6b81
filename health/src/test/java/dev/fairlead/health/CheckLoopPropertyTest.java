package dev.fairlead.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.testkit.VirtualNetwork;
import io.netty.channel.local.LocalAddress;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever a server answers, and whenever: on virtual time, through the whole loop of checks. */
class CheckLoopPropertyTest {
  /** S passes, F fails, H hangs until the time-out. */
  @Provide
  Arbitrary<String> scripts() {
    return Arbitraries.strings().withChars("SFH").ofMinLength(1).ofMaxLength(60);
  }

  @Property(tries = 300)
  void findings_come_with_real_changes_only_and_exactly_at_rise_and_fall(
      @ForAll("scripts") String script,
      @ForAll @IntRange(min = 1, max = 4) int rise,
      @ForAll @IntRange(min = 1, max = 4) int fall,
      @ForAll InitialState initial,
      @ForAll @IntRange(max = 50) int jitter) {
    VirtualNetwork net = VirtualNetwork.create();
    FakeServer server = new FakeServer(net.loop(0), new LocalAddress("s1"));
    ScriptedProbe probe = new ScriptedProbe(script);
    Rhythm rhythm = Rhythm.DEFAULT
        .every(ofSeconds(1))
        .fastEvery(ofMillis(300))
        .downEvery(ofSeconds(2))
        .timeout(ofMillis(250))
        .rise(rise)
        .fall(fall)
        .jitter(jitter)
        .initialState(initial);
    CheckLoop loop = new CheckLoop(server, probe, rhythm, Endpoint.OF_SERVER, Observation.NONE);
    loop.start();
    while (server.checked.size() < script.length()) {
      net.advance(ofMillis(50));
    }
    loop.close();

    List<Health> told = server.findings.stream().map(Finding::health).toList();
    assertThat(told).isEqualTo(expected(server.checked, rise, fall, initial));
  }

  /** Counts rows of verdicts, as an operator would. */
  private static List<Health> expected(
      List<String> verdicts, int rise, int fall, InitialState initial) {
    List<Health> told = new ArrayList<>();
    boolean up = initial == InitialState.UP || initial == InitialState.FULLY_UP;
    boolean full = initial == InitialState.FULLY_UP || initial == InitialState.FULLY_DOWN;
    switch (initial) {
      case FULLY_UP -> told.add(Health.UP);
      case DOWN, FULLY_DOWN -> told.add(Health.DOWN);
      case WAIT -> told.add(Health.UNCHECKED);
      case UP -> {}
    }
    int row = 0;
    boolean last = false;
    for (int i = 0; i < verdicts.size(); i++) {
      boolean passed = verdicts.get(i).startsWith("L7OK");
      row = i > 0 && passed == last ? row + 1 : 1;
      last = passed;
      int needed = i == 0 && !full ? 1 : passed ? rise : fall;
      boolean turned = passed != up && row >= needed;
      if (turned) {
        up = passed;
      }
      if (turned || (i == 0 && passed == up)) {
        told.add(up ? Health.UP : Health.DOWN);
      }
    }
    return told;
  }
}
