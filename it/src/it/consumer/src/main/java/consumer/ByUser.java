package consumer;

import dev.fairlead.balance.Balancer;
import dev.fairlead.balance.BalancerProvider;
import dev.fairlead.balance.Balancers;
import dev.fairlead.http.HttpKeys;
import java.util.Map;

/** A strategy of the user's own, asked for by name. */
public final class ByUser implements BalancerProvider {
  @Override
  public String name() {
    return "by-user";
  }

  @Override
  public Balancer create(Map<String, String> parameters) {
    return Balancers.hash(HttpKeys.header(parameters.getOrDefault("header", "x-user")));
  }
}
