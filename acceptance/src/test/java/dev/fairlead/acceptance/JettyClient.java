package dev.fairlead.acceptance;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Jetty's. */
final class JettyClient implements WebClient {
  private static final int MOST = 64 << 20;

  private final HttpClient client;
  private final String base;

  JettyClient(Hop hop, int port) throws Exception {
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setSslContext(Site.context());
    ClientConnector connector = new ClientConnector();
    connector.setSslContextFactory(tls);
    client = new HttpClient(
        hop.http2()
            ? new HttpClientTransportOverHTTP2(new HTTP2Client(connector))
            : new HttpClientTransportOverHTTP(connector));
    client.setFollowRedirects(false);
    client.start();
    base = hop.scheme() + "://127.0.0.1:" + port;
  }

  @Override
  public CompletableFuture<Answer> send(Ask ask) {
    Request request = client.newRequest(base + ask.path()).method(ask.method());
    switch (ask.kind()) {
      case NONE -> {}
      case WHOLE -> request.body(new BytesRequestContent(ask.bytes()));
      case EXPECTING ->
        request
            .headers(fields -> fields.put(HttpHeader.EXPECT, "100-continue"))
            .body(new BytesRequestContent(ask.bytes()));
      case STREAMED -> {
        AsyncRequestContent content = new Unmeasured(ByteBuffer.wrap(ask.bytes()));
        content.close();
        request.body(content);
      }
    }
    if (!ask.trailers().isEmpty()) {
      HttpFields.Mutable trailers = HttpFields.build();
      ask.trailers().forEach(trailers::put);
      request.trailersSupplier(() -> trailers);
    }
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    request.send(new BufferingResponseListener(MOST) {
      @Override
      public void onComplete(Result result) {
        if (result.isFailed()) {
          answer.completeExceptionally(result.getFailure());
        } else {
          answer.complete(answer(result.getResponse(), getContent()));
        }
      }
    });
    return answer;
  }

  private static Answer answer(Response response, byte @Nullable [] body) {
    return new Answer(
        response.getStatus(),
        response.getVersion() == HttpVersion.HTTP_2 ? 2 : 1,
        fields(response.getHeaders()),
        body == null ? "" : Answer.text(body),
        fields(response.getTrailers()));
  }

  private static Map<String, String> fields(@Nullable HttpFields fields) {
    return fields == null
        ? Map.of()
        : fields.stream()
            .collect(Collectors.toMap(
                f -> f.getLowerCaseName(), f -> f.getValue(), (a, b) -> a + ", " + b));
  }

  @Override
  public Download open(String path) throws Exception {
    Request request = client.newRequest(base + path);
    InputStreamResponseListener listener = new InputStreamResponseListener();
    request.send(listener);
    listener.get(20, TimeUnit.SECONDS);
    return new StreamDownload(
        listener.getInputStream(), () -> request.abort(new IllegalStateException("left")));
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new AssertionError("does not stop", e);
    }
  }

  /** Does not tell its length, although it may be known when the head is sent. */
  private static final class Unmeasured extends AsyncRequestContent {
    Unmeasured(ByteBuffer content) {
      super(content);
    }

    @Override
    public long getLength() {
      return -1;
    }
  }
}
