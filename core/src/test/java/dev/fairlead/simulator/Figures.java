package dev.fairlead.simulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every contestant in every scenario, as the page and the chart show it. */
final class Figures {
  static final int REQUESTS = 30_000;
  static final long SEED = 20_260_101;

  static final List<Scenario> SCENARIOS =
      List.of(Scenario.ALIKE, Scenario.WEIGHTED, Scenario.SLOW, Scenario.FAILING);

  private final Map<Scenario, Map<Contestant, Result>> results = new LinkedHashMap<>();
  private final Map<Contestant, KeyMoves> moves = new LinkedHashMap<>();

  private Figures() {}

  static Figures measured() {
    Figures figures = new Figures();
    for (Scenario scenario : SCENARIOS) {
      Contestant.ALL.forEach(c -> figures.measure(c, scenario));
    }
    for (Contestant hash : Contestant.HASHES) {
      figures.measure(hash, Scenario.ZIPF);
      figures.moves.put(hash, KeyMoves.of(hash.balancer()));
    }
    figures.measure(Contestant.LEAST_CONNECTIONS, Scenario.ZIPF);
    return figures;
  }

  private void measure(Contestant contestant, Scenario scenario) {
    results
        .computeIfAbsent(scenario, s -> new LinkedHashMap<>())
        .put(contestant, Simulation.run(contestant, scenario, REQUESTS, SEED));
  }

  Map<Contestant, Result> of(Scenario scenario) {
    return results.getOrDefault(scenario, Map.of());
  }

  Map<Contestant, KeyMoves> moves() {
    return moves;
  }
}
