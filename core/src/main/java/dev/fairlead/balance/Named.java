package dev.fairlead.balance;

import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds strategies by name. */
final class Named {
  private Named() {}

  static Balancer create(String name, Map<String, String> parameters, ClassLoader loader) {
    Map<String, BalancerProvider> known = new TreeMap<>();
    for (BalancerProvider provider : ServiceLoader.load(BalancerProvider.class, loader)) {
      BalancerProvider other = known.put(provider.name(), provider);
      if (other != null && name.equals(provider.name())) {
        throw Check.bad(
            "name",
            name,
            "one provider, there are " + other.getClass().getName() + " and "
                + provider.getClass().getName());
      }
    }
    BalancerProvider found = known.get(name);
    if (found == null) {
      String names = known.isEmpty() ? "nothing, no provider was found" : "";
      throw Check.bad("name", name, names + String.join(", ", known.keySet()));
    }
    return found.create(Map.copyOf(parameters));
  }
}
