package dev.fairlead.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import io.grpc.testing.integration.TestServiceGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What calls of gRPC need of a proxy, beyond the interop tests: size, and that both sides hear of an end. */
@Timeout(120)
final class GrpcTest {
  private static final int LARGE = 64 * 1024 * 1024;

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

  /** Echoes a payload; refuses an empty call; streams without an end, until the call is over. */
  private static final class Service implements TestServiceGrpc.AsyncService, BindableService {
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    @Override
    public ServerServiceDefinition bindService() {
      return TestServiceGrpc.bindService(this);
    }

    @Override
    public void unaryCall(SimpleRequest request, StreamObserver<SimpleResponse> client) {
      client.onNext(SimpleResponse.newBuilder().setPayload(request.getPayload()).build());
      client.onCompleted();
    }

    @Override
    public void emptyCall(Empty request, StreamObserver<Empty> client) {
      client.onError(
          Status.FAILED_PRECONDITION.withDescription("no: größer 100%").asException());
    }

    @Override
    public void streamingOutputCall(
        StreamingOutputCallRequest request, StreamObserver<StreamingOutputCallResponse> observer) {
      var client = (ServerCallStreamObserver<StreamingOutputCallResponse>) observer;
      streams.incrementAndGet();
      client.setOnCancelHandler(cancelled::incrementAndGet);
      client.onNext(StreamingOutputCallResponse.getDefaultInstance());
    }
  }

  /** A running service with a client of it. */
  private static final class Peers implements AutoCloseable {
    private final Service service = new Service();
    private final Server server;
    private final @Nullable ProxyUnderTest proxy;
    private final ManagedChannel channel;

    Peers(GrpcPath path) throws IOException {
      server = path.server(0, identity)
          .addService(service)
          .maxInboundMessageSize(2 * LARGE)
          .build()
          .start();
      proxy = path.start(server.getPort(), identity);
      channel = path.client(proxy == null ? server.getPort() : proxy.port(), identity)
          .maxInboundMessageSize(2 * LARGE)
          .build();
    }

    TestServiceGrpc.TestServiceBlockingStub calls() {
      return TestServiceGrpc.newBlockingStub(channel);
    }

    @Override
    public void close() {
      ManagedChannel leaving = channel.shutdownNow();
      Waits.until("the end of the client", leaving::isTerminated);
      if (proxy != null) {
        proxy.close();
      }
      Server ending = server.shutdownNow();
      Waits.until("the end of the server", ending::isTerminated);
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void a_message_of_64_mib_passes_both_ways(GrpcPath path) throws Exception {
    byte[] random = new byte[LARGE];
    new SplittableRandom(1).nextBytes(random);
    Payload large = Payload.newBuilder().setBody(ByteString.copyFrom(random)).build();
    try (Peers peers = new Peers(path)) {
      SimpleResponse echo = peers
          .calls()
          .withDeadlineAfter(60, TimeUnit.SECONDS)
          .unaryCall(SimpleRequest.newBuilder().setPayload(large).build());

      assertThat(echo.getPayload().getBody().equals(large.getBody())).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void an_answer_of_trailers_only_stays_one(GrpcPath path) throws Exception {
    try (Peers peers = new Peers(path)) {
      CompletableFuture<Boolean> head = new CompletableFuture<>();
      CompletableFuture<Status> status = new CompletableFuture<>();
      ClientCall<Empty, Empty> call =
          peers.channel.newCall(TestServiceGrpc.getEmptyCallMethod(), CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onHeaders(Metadata headers) {
              head.complete(true);
            }

            @Override
            public void onClose(Status end, Metadata trailers) {
              status.complete(end);
            }
          },
          new Metadata());
      call.sendMessage(Empty.getDefaultInstance());
      call.halfClose();
      call.request(1);

      Status end = status.get(10, TimeUnit.SECONDS);
      assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(end.getDescription()).isEqualTo("no: größer 100%");
      assertThat(head).isNotDone();
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void a_call_past_its_deadline_ends_on_both_sides(GrpcPath path) throws Exception {
    try (Peers peers = new Peers(path)) {
      peers.calls().unaryCall(SimpleRequest.getDefaultInstance()); // connected, and all is loaded
      var answers = peers
          .calls()
          .withDeadlineAfter(1, TimeUnit.SECONDS)
          .streamingOutputCall(StreamingOutputCallRequest.getDefaultInstance());
      assertThat(answers.next()).isNotNull();

      StatusRuntimeException end =
          catchThrowableOfType(StatusRuntimeException.class, answers::hasNext);
      // HAProxy 2.6 ends the answer as if it were whole when the server's clock was the first.
      assertThat(end.getStatus().getCode())
          .isIn(
              Status.Code.DEADLINE_EXCEEDED,
              path.proxy() == Proxy.HAPROXY ? Status.Code.INTERNAL : Status.Code.DEADLINE_EXCEEDED);
      Waits.until("cancelled", () -> peers.service.cancelled.get() == 1);
    }
  }

  /** A call that was begun, and may be given up. */
  private static final class Call
      implements ClientResponseObserver<StreamingOutputCallRequest, StreamingOutputCallResponse> {
    private final CompletableFuture<ClientCallStreamObserver<StreamingOutputCallRequest>> begun =
        new CompletableFuture<>();
    private final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    private final CompletableFuture<Status> ended = new CompletableFuture<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamingOutputCallRequest> call) {
      begun.complete(call);
    }

    @Override
    public void onNext(StreamingOutputCallResponse answer) {
      answered.complete(true);
    }

    @Override
    public void onError(Throwable problem) {
      answered.completeExceptionally(problem);
      ended.complete(Status.fromThrowable(problem));
    }

    @Override
    public void onCompleted() {
      answered.complete(false);
      ended.complete(Status.OK);
    }
  }

  private static Call begin(Peers peers) throws Exception {
    Call call = new Call();
    TestServiceGrpc.newStub(peers.channel)
        .streamingOutputCall(StreamingOutputCallRequest.getDefaultInstance(), call);
    assertThat(call.answered.get(10, TimeUnit.SECONDS)).isTrue();
    return call;
  }

  @ParameterizedTest
  @MethodSource("paths")
  void a_call_that_the_client_gives_up_ends_at_the_server(GrpcPath path) throws Exception {
    try (Peers peers = new Peers(path)) {
      Call given = begin(peers);
      begin(peers);
      given.begun.join().cancel("enough", null);
      Waits.until("cancelled", () -> peers.service.cancelled.get() == 1);
      assertThat(peers.service.streams.get()).isEqualTo(2); // the other one goes on

      peers.channel.shutdownNow();
      Waits.until("both cancelled", () -> peers.service.cancelled.get() == 2);
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void a_server_that_stops_at_once_ends_its_calls(GrpcPath path) throws Exception {
    try (Peers peers = new Peers(path)) {
      Call call = begin(peers);
      peers.server.shutdownNow();

      assertThat(call.ended.get(10, TimeUnit.SECONDS).getCode()).isNotEqualTo(Status.Code.OK);
    }
  }
}
