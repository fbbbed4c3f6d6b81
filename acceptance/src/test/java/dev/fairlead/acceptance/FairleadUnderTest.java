package dev.fairlead.acceptance;

import dev.fairlead.BackendControl;
import dev.fairlead.LoadBalancer;
import dev.fairlead.acceptance.Plan.Balance;
import dev.fairlead.acceptance.Plan.Checks;
import dev.fairlead.acceptance.Plan.Forwarded;
import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.acceptance.Plan.Mode;
import dev.fairlead.acceptance.Plan.Observed;
import dev.fairlead.acceptance.Plan.Time;
import dev.fairlead.config.Backend;
import dev.fairlead.config.Binding;
import dev.fairlead.config.Frontend;
import dev.fairlead.config.FrontendBuilder;
import dev.fairlead.config.Retries;
import dev.fairlead.config.Server;
import dev.fairlead.edge.ServerTls;
import dev.fairlead.edge.Tls;
import dev.fairlead.edge.TlsCertificate;
import dev.fairlead.edge.TlsTrust;
import dev.fairlead.event.AccessFormat;
import dev.fairlead.event.Event;
import dev.fairlead.health.Classifier;
import dev.fairlead.health.HealthCheck;
import dev.fairlead.http.ForwardedFor;
import dev.fairlead.http.HttpFrontend;
import dev.fairlead.http.Reuse;
import dev.fairlead.http.ServerConnections;
import dev.fairlead.status.BackendStatus;
import dev.fairlead.status.Health;
import dev.fairlead.status.ServerStatus;
import dev.fairlead.status.StatsSource.Kind;
import dev.fairlead.status.StatsSource.Subject;
import dev.fairlead.tcp.TcpFrontend;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Fairlead in this JVM, built, read and steered through its public API. */
final class FairleadUnderTest implements ProxyUnderTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final LoadBalancer lb;
  private final int port;
  private final List<String> lines;
  private @Nullable CompletableFuture<Void> stopping;

  private FairleadUnderTest(LoadBalancer lb, List<String> lines) {
    this.lb = lb;
    this.port = ((InetSocketAddress) lb.address("in")).getPort();
    this.lines = lines;
  }

  static FairleadUnderTest start(Plan plan) {
    List<String> lines = new CopyOnWriteArrayList<>();
    LoadBalancer.Builder builder = LoadBalancer.builder().frontend(frontend(plan, backend(plan)));
    if (plan.mode == Mode.HTTP) {
      builder.on(Event.ExchangeClosed.class, end -> lines.add(AccessFormat.http(end)));
    } else {
      builder.on(Event.SessionClosed.class, end -> lines.add(AccessFormat.tcp(end)));
    }
    return new FairleadUnderTest(
        (plan.balance == null && plan.reuse == null ? builder : builder.threads(1)).start(), lines);
  }

  private static Frontend frontend(Plan plan, Backend backend) {
    if (plan.mode == Mode.TCP) {
      return common(TcpFrontend.builder("in"), plan, backend).build();
    }
    HttpFrontend.Builder http = common(HttpFrontend.builder("in"), plan, backend);
    given(plan, Time.HTTP_REQUEST, http::httpRequestTimeout);
    given(plan, Time.HTTP_KEEP_ALIVE, http::keepAliveTimeout);
    Forwarded forwarded = plan.forwarded;
    if (forwarded != null) {
      http.forwardedFor(forwardedFor(forwarded));
    }
    if (plan.headBytes > 0) {
      http.maxHeadBytes(plan.headBytes);
    }
    Reuse reuse = plan.reuse;
    if (reuse != null) {
      http.serverConnections(
          ServerConnections.defaults().reuse(reuse).maxRequests(plan.maxRequests));
    }
    if (!plan.abortOnClose) { // HAProxy's default, not ours
      http.serveHalfClosed();
    }
    return http.build();
  }

  private static <B extends FrontendBuilder<B>> B common(B builder, Plan plan, Backend backend) {
    given(plan, Time.CLIENT, builder::clientTimeout);
    given(plan, Time.CLIENT_FIN, builder::clientFinTimeout);
    Binding binding = Binding.of("127.0.0.1", 0);
    Path certificate = plan.certificate;
    return builder
        .bind(
            certificate == null
                ? binding
                : binding.tls(Tls.of(TlsCertificate.pem(certificate, Openssl.keyOf(certificate)))))
        .maxConnections(plan.frontendLimit)
        .defaultBackend(backend);
  }

  private static ForwardedFor forwardedFor(Forwarded forwarded) {
    ForwardedFor rule = ForwardedFor.defaults();
    String header = forwarded.header();
    String except = forwarded.except();
    rule = header == null ? rule : rule.header(header);
    rule = except == null ? rule : rule.except(except);
    return forwarded.ifNone() ? rule.ifNone() : rule;
  }

  private static Backend backend(Plan plan) {
    Backend.Builder backend = Backend.builder("app")
        .retries(Retries.of(plan.retries).redispatch(1))
        .servers(plan.members.stream().map(FairleadUnderTest::server).toList());
    if (plan.authority != null) {
      ServerTls tls = ServerTls.of().trust(TlsTrust.pem(plan.authority)).serverName("site.example");
      ServerTls agreed = tls.alpn(plan.alpnToServers().toArray(String[]::new));
      backend.eachServer(server -> server.tls(agreed));
    } else if (plan.http2) {
      backend.eachServer(server -> server.proto("h2"));
    }
    given(plan, Time.CONNECT, backend::connectTimeout);
    given(plan, Time.SERVER, backend::serverTimeout);
    given(plan, Time.QUEUE, backend::queueTimeout);
    given(plan, Time.TUNNEL, backend::tunnelTimeout);
    given(plan, Time.SERVER_FIN, backend::serverFinTimeout);
    Checks checks = plan.checks;
    if (checks != null) {
      String path = checks.path();
      HealthCheck check = (path == null ? HealthCheck.tcp() : HealthCheck.http("HEAD", path))
          .every(checks.every())
          .rise(checks.rise())
          .fall(checks.fall());
      Observed observed = plan.observed;
      backend.healthCheck(
          observed == null
              ? check
              : check
                  .observe(Classifier.layer7())
                  .errorLimit(observed.errorLimit())
                  .onError(observed.onError()));
    }
    plan.monitors.forEach(backend::monitor);
    Balance balance = plan.balance;
    if (balance != null) {
      backend.balancer(balance.fairlead());
    }
    return (plan.allBackups ? backend.allBackups() : backend).build();
  }

  private static Server server(Member member) {
    Server server = Server.of(member.name(), member.host(), member.port())
        .weight(member.weight())
        .maxConnections(member.maxConnections());
    return member.backup() ? server.asBackup() : server;
  }

  private static void given(Plan plan, Time time, Consumer<Duration> setting) {
    Duration limit = plan.times.get(time);
    if (limit != null) {
      setting.accept(limit);
    }
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public List<AccessLine> log() {
    return lines.stream().map(AccessLine::parse).flatMap(Optional::stream).toList();
  }

  @Override
  public int queued() {
    return Math.toIntExact(lb.stats(new Subject(Kind.BACKEND, "app", null)).queued());
  }

  @Override
  public boolean up(String server) {
    ServerStatus status = Objects.requireNonNull(app().server(server).status());
    return status.health() != Health.DOWN; // as in HAProxy, also before the first verdict
  }

  @Override
  public void drain(String server) {
    done(app().server(server).drain());
  }

  @Override
  public void maintenance(String server) {
    done(app().server(server).maintenance());
  }

  @Override
  public void ready(String server) {
    done(app().server(server).ready());
  }

  @Override
  public void weight(String server, int weight) {
    done(app().server(server).weight(weight));
  }

  private BackendControl app() {
    return lb.backend("app");
  }

  private static void done(CompletionStage<BackendStatus> change) {
    change.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  @Override
  public void stopGracefully() {
    stopping = lb.closeAsync(LONG).toCompletableFuture();
  }

  @Override
  public boolean stopped() {
    return stopping != null && stopping.isDone();
  }

  @Override
  public void close() {
    lb.close();
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
