package dev.fairlead.internal.tls;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Restricts the JDK's provider to Mozilla's groups, where it can be: from JDK 20 on. Before, {@code
 * -Djdk.tls.namedGroups} is for the whole process and nobody's but the operator's; the JDK's own choice
 * adds P-521, X448 and finite fields of 2048 bits and more, none of them weak.
 */
final class JdkGroups {
  private static final @Nullable MethodHandle SETTER = setter();
  private static final String[] NAMES = Mozilla.GROUPS.toArray(String[]::new);

  private JdkGroups() {}

  private static @Nullable MethodHandle setter() {
    try {
      MethodType type = MethodType.methodType(void.class, String[].class);
      return MethodHandles.publicLookup().findVirtual(SSLParameters.class, "setNamedGroups", type);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  static void restrict(SSLParameters parameters) {
    if (SETTER == null) {
      return;
    }
    try {
      SETTER.invokeExact(parameters, NAMES);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // it declares none
    }
  }
}
