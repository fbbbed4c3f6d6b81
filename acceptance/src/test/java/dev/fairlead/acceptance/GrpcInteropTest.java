package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.testkit.Ports;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.InternalNettyServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.junit.runner.manipulation.Filter;
import org.junit.runners.BlockJUnit4ClassRunner;

/**
 * The interop tests of grpc-java, client and server, as they are: all kinds of calls, cancellation,
 * deadlines, metadata, limits of messages, compression, codes and messages of statuses. They are of JUnit 4, and
 * see to it on both sides what became of each call.
 */
@Timeout(300)
final class GrpcInteropTest {
  /** About OpenCensus, which is not there. */
  private static final String UNRELATED = "censusContextsPropagated";
  /**
   * Where the server's clock is the first to say that time is over, it resets a call without an answer, for
   * which a proxy has its own answer. {@link GrpcTest} asks for the same when the answer has begun.
   */
  private static final String RACE = "deadlineExceeded";

  /**
   * Where the server's clock was the first, HAProxy 2.6 ends a begun answer as if it were whole, and makes one
   * of its own where none had begun.
   */
  private static final Set<String> RACES_OF_HAPROXY =
      Set.of("deadlineExceededServerStreaming", "timeoutOnSleepingServer");

  @TempDir
  static Path folder;

  private static Identity identity;

  @BeforeAll
  static void writeCertificates() {
    identity = Identity.write(folder);
  }

  static List<GrpcPath> paths() {
    return GrpcPath.all();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void every_call_ends_as_it_has_to_on_both_sides(GrpcPath path) throws Exception {
    Set<String> left = new HashSet<>(Set.of(UNRELATED));
    if (path.proxy() != null) {
      left.add(RACE);
    }
    if (path.proxy() == Proxy.HAPROXY) {
      left.addAll(RACES_OF_HAPROXY);
    }
    BlockJUnit4ClassRunner runner = new BlockJUnit4ClassRunner(Calls.class) {
      @Override
      protected void validateConstructor(List<Throwable> errors) {}

      @Override
      protected Object createTest() {
        return new Calls(path);
      }
    };
    runner.filter(new Filter() {
      @Override
      public boolean shouldRun(Description test) {
        return !left.contains(test.getMethodName());
      }

      @Override
      public String describe() {
        return "without " + left;
      }
    });
    Result result = new JUnitCore().run(runner);

    assertThat(result.getFailures().stream()
            .map(failure -> failure.getTestHeader() + ": " + failure.getTrace()))
        .isEmpty();
    assertThat(result.getRunCount()).isEqualTo(35 - left.size());
  }

  /** Each of its tests has a server, a proxy and a client of its own. */
  public static final class Calls extends AbstractInteropTest {
    private final GrpcPath path;
    private final int port = Ports.free();
    private @Nullable ProxyUnderTest proxy;

    private Calls(GrpcPath path) {
      this.path = path;
    }

    @Override
    protected ServerBuilder<?> getServerBuilder() {
      NettyServerBuilder server =
          path.server(port, identity).maxInboundMessageSize(MAX_MESSAGE_SIZE);
      InternalNettyServerBuilder.setStatsEnabled(server, false); // the test's own instead
      return server.addStreamTracerFactory(createCustomCensusTracerFactory());
    }

    @Override
    protected ManagedChannelBuilder<?> createChannelBuilder() {
      NettyChannelBuilder client = path.client(entrance(), identity)
          .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
          .maxInboundMessageSize(MAX_MESSAGE_SIZE);
      InternalNettyChannelBuilder.setStatsEnabled(client, false);
      return client.intercept(createCensusStatsClientInterceptor());
    }

    /** Where clients go, of which some tests have several. */
    private int entrance() {
      if (proxy == null) {
        proxy = path.start(port, identity);
      }
      return proxy == null ? port : proxy.port();
    }

    @Override
    public void tearDown() {
      super.tearDown();
      dropWhatIsDelayed();
      if (proxy != null) {
        proxy.close();
      }
    }

    /** The superclass lets its executor run until the answers are done for which nobody waits. */
    private void dropWhatIsDelayed() {
      try {
        Field executor = AbstractInteropTest.class.getDeclaredField("testServiceExecutor");
        executor.setAccessible(true);
        List<Runnable> unused =
            ((ExecutorService) Objects.requireNonNull(executor.get(this))).shutdownNow();
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.toString(), e);
      }
    }
  }
}
