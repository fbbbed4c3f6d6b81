package dev.fairlead.internal.control;

import dev.fairlead.config.Binding;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.FrontendSettings;
import dev.fairlead.edge.Tls;
import dev.fairlead.internal.edge.Gate;
import dev.fairlead.internal.edge.ServedTls;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes what stands before a frontend's protocol: one gate a binding, certificates read. */
final class Gates {
  private Gates() {}

  /** In the order of the bindings; fails with everything that is wrong. */
  static CompletableFuture<List<Gate>> of(Frontend frontend, Engine engine) {
    Instant now = engine.now();
    if (frontend.settings().bindings().stream().allMatch(b -> b.tls() == null)) {
      return CompletableFuture.completedFuture(read(frontend, engine, now)); // nothing blocks
    }
    return engine.background().call(() -> read(frontend, engine, now)).toCompletableFuture();
  }

  private static List<Gate> read(Frontend frontend, Engine engine, Instant now) {
    FrontendSettings settings = frontend.settings();
    List<Gate> gates = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (Binding binding : settings.bindings()) {
      Tls tls = binding.tls();
      ServedTls served = null;
      try {
        if (tls != null) {
          served = new ServedTls(tls, frontend.alpn(), engine.handshakes(), now);
        }
      } catch (RuntimeException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
      gates.add(new Gate(
          binding.acceptProxy(),
          settings.rules(),
          settings.inspectTimeout().toNanos(),
          settings.clientTimeout().toNanos(),
          served));
    }
    if (!problems.isEmpty()) {
      close(gates);
      throw new IllegalArgumentException(
          "frontend '%s': %s".formatted(settings.name(), String.join("; ", problems)));
    }
    return gates;
  }

  static void close(List<Gate> gates) {
    for (Gate gate : gates) {
      ServedTls tls = gate.tls();
      if (tls != null) {
        tls.close();
      }
    }
  }
}
