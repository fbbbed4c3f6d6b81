package dev.fairlead.health;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds probes by name. */
final class NamedProbes {
  private NamedProbes() {}

  static Probe create(String name, Map<String, String> parameters, ClassLoader loader) {
    Map<String, ProbeProvider> known = new TreeMap<>();
    for (ProbeProvider provider : ServiceLoader.load(ProbeProvider.class, loader)) {
      ProbeProvider other = known.put(provider.name(), provider);
      if (other != null && name.equals(provider.name())) {
        throw bad(
            name,
            "one provider, there are " + other.getClass().getName() + " and "
                + provider.getClass().getName());
      }
    }
    ProbeProvider found = known.get(name);
    if (found == null) {
      throw bad(
          name,
          known.isEmpty() ? "nothing, no provider was found" : String.join(", ", known.keySet()));
    }
    return found.create(Map.copyOf(parameters));
  }

  private static IllegalArgumentException bad(String name, String expected) {
    return new IllegalArgumentException("name: %s (expected: %s)".formatted(name, expected));
  }
}
