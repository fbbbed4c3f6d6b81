package dev.fairlead.health;

import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether the server accepts a connection. */
record TcpProbe() implements Probe {
  @Override
  public CompletionStage<Verdict> check(Target target) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    target
        .connect(new ChannelInboundHandlerAdapter())
        .addListener(connected -> verdict.complete(
            connected.isSuccess()
                ? Verdict.pass("L4OK: connected")
                : Reasons.notConnected(connected.cause())));
    return verdict;
  }

  @Override
  public String toString() {
    return "tcp";
  }
}
