package dev.fairlead.internal.tls;

import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Permits all. */
final class AnyAlgorithm implements AlgorithmConstraints {
  @Override
  public boolean permits(
      Set<CryptoPrimitive> use, String algorithm, @Nullable AlgorithmParameters parameters) {
    return true;
  }

  @Override
  public boolean permits(Set<CryptoPrimitive> use, Key key) {
    return true;
  }

  @Override
  public boolean permits(
      Set<CryptoPrimitive> use,
      @Nullable String algorithm,
      Key key,
      @Nullable AlgorithmParameters parameters) {
    return true;
  }
}
