package dev.fairlead.acceptance;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** OkHttp. */
final class OkClient implements WebClient {
  private final OkHttpClient client;
  private final String base;

  OkClient(Hop hop, int port) {
    List<Protocol> protocols = switch (hop) {
      case HTTP, HTTPS -> List.of(Protocol.HTTP_1_1);
      case H2C -> List.of(Protocol.H2_PRIOR_KNOWLEDGE);
      case H2 -> List.of(Protocol.HTTP_2, Protocol.HTTP_1_1);
    };
    client = new OkHttpClient.Builder()
        .protocols(protocols)
        .sslSocketFactory(Site.context().getSocketFactory(), Site.trust())
        .followRedirects(false)
        .retryOnConnectionFailure(false)
        .readTimeout(Duration.ofSeconds(30))
        .build();
    client.dispatcher().setMaxRequestsPerHost(100);
    client.dispatcher().setMaxRequests(100);
    base = hop.scheme() + "://127.0.0.1:" + port;
  }

  @Override
  public CompletableFuture<Answer> send(Ask ask) {
    Request.Builder request = new Request.Builder()
        .url(base + ask.path())
        .method(ask.method(), ask.kind() == Body.NONE ? null : new Bytes(ask));
    if (ask.kind() == Body.EXPECTING) {
      request.header("Expect", "100-continue");
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    client.newCall(request.build()).enqueue(new Callback() {
      @Override
      public void onFailure(Call call, IOException problem) {
        answer.completeExceptionally(problem);
      }

      @Override
      public void onResponse(Call call, Response response) {
        try (response) {
          answer.complete(answer(response));
        } catch (IOException e) {
          answer.completeExceptionally(e);
        }
      }
    });
    return answer;
  }

  private static Answer answer(Response response) throws IOException {
    String body = Answer.text(response.body().bytes());
    int version = response.protocol() == Protocol.HTTP_1_1 ? 1 : 2;
    return new Answer(
        response.code(), version, fields(response.headers()), body, fields(response.trailers()));
  }

  private static Map<String, String> fields(Headers fields) {
    return StreamSupport.stream(fields.spliterator(), false)
        .collect(Collectors.toMap(
            f -> Answer.key(f.getFirst()), f -> f.getSecond(), (a, b) -> a + ", " + b));
  }

  @Override
  public Download open(String path) throws IOException {
    Call call = client.newCall(new Request.Builder().url(base + path).build());
    return new StreamDownload(call.execute().body().byteStream(), call::cancel);
  }

  @Override
  public void close() {
    ExecutorService threads = client.dispatcher().executorService();
    threads.shutdown();
    client.connectionPool().evictAll();
  }

  /** Written while the response is read, where the version allows it. */
  private static final class Bytes extends RequestBody {
    private final Ask ask;

    Bytes(Ask ask) {
      this.ask = ask;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null;
    }

    @Override
    public long contentLength() {
      return ask.kind() == Body.STREAMED ? -1 : ask.body().length();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(ask.bytes());
    }
  }
}
