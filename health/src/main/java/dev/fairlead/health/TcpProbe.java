package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether the server accepts a connection. */
record TcpProbe() implements Probe {
  @Override
  public CompletionStage<Verdict> check(Target target) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    target
        .connect(new Silent())
        .addListener(connected -> verdict.complete(
            connected.isSuccess()
                ? Verdict.of(CheckCode.L4OK, "connected")
                : Reasons.notConnected(connected.cause())));
    return verdict;
  }

  /** What becomes of the connection is of no interest. */
  private static final class Silent extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  @Override
  public String toString() {
    return "tcp";
  }
}
