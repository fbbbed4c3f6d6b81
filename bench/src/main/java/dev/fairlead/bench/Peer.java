package dev.fairlead.bench;

import dev.fairlead.testkit.Await;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A proxy under measurement: a process on one core, in front of one origin. */
record Peer(String name, int port, long pid, AutoCloseable process) implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100;

  /**
   * What all peers have in common.
   *
   * @param mode what is compared
   * @param origin the port of the server behind them
   * @param certificate what they serve, where the mode wants one
   */
  record Task(Mode mode, int origin, Certificate certificate) {}

  static Peer haproxy(Task task) {
    int port = Ports.free();
    Mode mode = task.mode();
    String http = mode == Mode.TCP ? "" : "option forwardfor\n  http-reuse safe";
    String tls = !mode.secure()
        ? ""
        : " ssl crt %s ssl-min-ver TLSv1.3 ciphersuites %s curves X25519"
            .formatted(task.certificate().both(), mode.cipherSuite());
    String upstream = mode == Mode.H2H2 ? " proto h2" : "";
    RealServer server = RealServer.haproxy(port, """
            global
              nbthread 1
            defaults
              mode %s
              timeout connect 5s
              timeout client 50s
              timeout server 50s
            listen in
              bind 127.0.0.1:%d%s%s
              balance roundrobin
              %s
              server a 127.0.0.1:%d maxconn 1000 check inter 2s%s
              server b 127.0.0.1:%d maxconn 1000 check inter 2s%s
            """.formatted(
            mode == Mode.TCP ? "tcp" : "http",
            port,
            mode.http2() ? " proto h2" : "",
            tls,
            http,
            task.origin(),
            upstream,
            task.origin(),
            upstream));
    return new Peer("haproxy", port, server.pid(), server);
  }

  static Peer nginx(Task task) {
    int port = Ports.free();
    String tls = !task.mode().secure()
        ? ""
        : """
              ssl_certificate %s;
              ssl_certificate_key %s;
              ssl_protocols TLSv1.3;
              ssl_conf_command Ciphersuites %s;
              ssl_ecdh_curve X25519;
            """.formatted(
            task.certificate().chain(), task.certificate().key(), task.mode().cipherSuite());
    RealServer server = RealServer.nginx(port, """
            access_log off;
            upstream origins {
              server 127.0.0.1:%d max_conns=1000;
              server 127.0.0.1:%d max_conns=1000;
              keepalive 128;
              keepalive_requests 1000000000;
            }
            server {
              listen 127.0.0.1:%d%s;
            %s
              keepalive_requests 1000000000;
              location / {
                proxy_pass http://origins;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              }
            }
            """.formatted(
            task.origin(),
            task.origin(),
            port,
            task.mode().secure() ? " ssl" : task.mode().http2() ? " http2" : "",
            tls));
    return new Peer("nginx", port, server.pid(), server);
  }

  /** Fairlead of this build, without TLS. */
  static Peer fairlead(Task task, String transport) throws IOException {
    return java(
        "fairlead " + transport, System.getProperty("java.class.path"), task, transport, List.of());
  }

  /** Fairlead of an earlier build, without TLS. */
  static Peer before(Task task, String classPath) throws IOException {
    return java("before EPOLL", classPath, task, "EPOLL", List.of());
  }

  /** Fairlead with TLS by a provider. */
  static Peer secure(Task task, String provider, String classPath, String name) throws IOException {
    Certificate certificate = task.certificate();
    return java(
        name,
        classPath,
        task,
        "EPOLL",
        List.of(provider, certificate.chain().toString(), certificate.key().toString()));
  }

  private static Peer java(
      String name, String classPath, Task task, String transport, List<String> tls)
      throws IOException {
    int port = Ports.free();
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        classPath,
        "-Xmx512m",
        "-XX:+UseSerialGC",
        FairleadProxy.class.getName(),
        task.mode().toString(),
        String.valueOf(port),
        String.valueOf(task.origin()),
        transport,
        "1"));
    command.addAll(tls);
    Process process = new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    Await.until(Duration.ofSeconds(20), () -> accepts(port));
    return new Peer(name, port, process.pid(), process::destroyForcibly);
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Fails unless TLS 1.3 with the mode's cipher suite is what openssl gets. */
  void check(Mode mode) throws IOException, InterruptedException {
    String output = Programs.run(
        "openssl",
        "s_client",
        "-connect",
        "127.0.0.1:" + port,
        "-tls1_3",
        "-ciphersuites",
        mode.cipherSuite());
    if (!output.contains("New, TLSv1.3, Cipher is " + mode.cipherSuite())
        || !output.contains("Server Temp Key: X25519")) {
      throw new IllegalStateException(name + ": " + output);
    }
  }

  /** User and system time of all its threads so far. */
  double cpuSeconds() throws IOException {
    return cpuSeconds(pid);
  }

  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  @Override
  public void close() {
    try {
      process.close();
    } catch (Exception e) {
      throw new IllegalStateException(name, e);
    }
  }
}
