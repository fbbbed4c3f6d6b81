package dev.fairlead.acceptance;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/** Apache's HttpClient 5, asynchronous. */
final class ApacheClient implements WebClient {
  private final CloseableHttpAsyncClient client;
  private final HttpHost host;

  ApacheClient(Hop hop, int port) {
    TlsStrategy tls =
        ClientTlsStrategyBuilder.create().setSslContext(Site.context()).buildAsync();
    client = hop.http2()
        ? HttpAsyncClients.customHttp2()
            .setTlsStrategy(tls)
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .build()
        : HttpAsyncClients.custom()
            .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
                .setTlsStrategy(tls)
                .setDefaultTlsConfig(TlsConfig.custom()
                    .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                    .build())
                .build())
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .build();
    client.start();
    host = new HttpHost(hop.scheme(), "127.0.0.1", port);
  }

  @Override
  public CompletableFuture<Answer> send(Ask ask) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    execute(ask, new ApacheReading(), new FutureCallback<>() {
      @Override
      public void completed(Answer whole) { // and the connection is free again
        answer.complete(whole);
      }

      @Override
      public void failed(Exception problem) {
        answer.completeExceptionally(problem);
      }

      @Override
      public void cancelled() {
        answer.cancel(false);
      }
    });
    return answer;
  }

  private Future<Answer> execute(
      Ask ask, ApacheReading reading, @Nullable FutureCallback<Answer> callback) {
    HttpClientContext context = HttpClientContext.create();
    context.setRequestConfig(RequestConfig.custom()
        .setExpectContinueEnabled(ask.kind() == Body.EXPECTING)
        .build());
    AsyncRequestProducer request = new BasicRequestProducer(
        new BasicHttpRequest(ask.method(), host, ask.path()),
        ask.kind() == Body.NONE ? null : new ApacheBody(ask));
    return client.execute(request, reading, null, context, callback);
  }

  static Map<String, String> fields(Header... fields) {
    return Arrays.stream(fields)
        .collect(Collectors.toMap(
            f -> Answer.key(f.getName()), Header::getValue, (a, b) -> a + ", " + b));
  }

  @Override
  public Download open(String path) {
    ApacheReading reading = new ApacheReading();
    Future<Answer> exchange = execute(Ask.get(path), reading, null);
    return new Download() {
      @Override
      public String read(int count) {
        return reading.take(count);
      }

      @Override
      public boolean ended() throws Exception {
        exchange.get(20, TimeUnit.SECONDS);
        return reading.allTaken();
      }

      @Override
      public void cancel() {
        exchange.cancel(true);
      }
    };
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }
}
