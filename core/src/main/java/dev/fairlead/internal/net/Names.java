package dev.fairlead.internal.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Resolves host names by the system's resolver, which blocks, in the background. Thread-safe. */
public final class Names {
  private final Background background;

  public Names(Background background) {
    this.background = background;
  }

  /** Where else may be blocked. */
  public Background background() {
    return background;
  }

  /** All addresses of a name, in the resolver's order; fails with {@link UnknownHostException}. */
  public CompletionStage<List<InetAddress>> resolve(String host) {
    return background.call(() -> List.of(InetAddress.getAllByName(host)));
  }
}
