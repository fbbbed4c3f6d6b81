package dev.fairlead.acceptance;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The JDK's. */
final class JdkClient implements WebClient {
  private final HttpClient client;
  private final String base;

  JdkClient(Hop hop, int port) {
    client = HttpClient.newBuilder()
        .version(hop.http2() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
        .sslContext(Site.context())
        .build();
    base = hop.scheme() + "://127.0.0.1:" + port;
  }

  @Override
  public CompletableFuture<Answer> send(Ask ask) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(base + ask.path()))
        .method(ask.method(), body(ask))
        .expectContinue(ask.kind() == Body.EXPECTING)
        .build();
    return client.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(JdkClient::answer);
  }

  private static BodyPublisher body(Ask ask) {
    return switch (ask.kind()) {
      case NONE -> BodyPublishers.noBody();
      case WHOLE, EXPECTING -> BodyPublishers.ofByteArray(ask.bytes());
      case STREAMED -> BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(ask.bytes()));
    };
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    Map<String, String> fields = response.headers().map().entrySet().stream()
        .collect(
            Collectors.toMap(e -> Answer.key(e.getKey()), e -> String.join(", ", e.getValue())));
    int version = response.version() == HttpClient.Version.HTTP_2 ? 2 : 1;
    return new Answer(
        response.statusCode(), version, fields, Answer.text(response.body()), Map.of());
  }

  @Override
  public Download open(String path) throws Exception {
    InputStream body = client
        .send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofInputStream())
        .body();
    return new StreamDownload(body, body::close);
  }

  @Override
  public void close() {
    // its threads end when it is forgotten
  }
}
