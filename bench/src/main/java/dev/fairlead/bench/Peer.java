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
import java.util.List;

/** A proxy under measurement: a process on one core, in front of one origin. */
record Peer(String name, int port, long pid, AutoCloseable process) implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100;

  static Peer haproxy(String mode, int origin) {
    int port = Ports.free();
    String http = mode.equals("http") ? "option forwardfor\n  http-reuse safe" : "";
    RealServer server = RealServer.haproxy(port, """
            global
              nbthread 1
            defaults
              mode %s
              timeout connect 5s
              timeout client 50s
              timeout server 50s
            listen in
              bind 127.0.0.1:%d
              balance roundrobin
              %s
              server a 127.0.0.1:%d maxconn 1000 check inter 2s
              server b 127.0.0.1:%d maxconn 1000 check inter 2s
            """.formatted(mode, port, http, origin, origin));
    return new Peer("haproxy", port, server.pid(), server);
  }

  static Peer nginx(int origin) {
    int port = Ports.free();
    RealServer server = RealServer.nginx(port, """
            access_log off;
            upstream origins {
              server 127.0.0.1:%d max_conns=1000;
              server 127.0.0.1:%d max_conns=1000;
              keepalive 128;
              keepalive_requests 1000000000;
            }
            server {
              listen 127.0.0.1:%d;
              keepalive_requests 1000000000;
              location / {
                proxy_pass http://origins;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              }
            }
            """.formatted(origin, origin, port));
    return new Peer("nginx", port, server.pid(), server);
  }

  static Peer fairlead(String mode, int origin, String transport) throws IOException {
    int port = Ports.free();
    Process process = new ProcessBuilder(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            FairleadProxy.class.getName(),
            mode,
            String.valueOf(port),
            String.valueOf(origin),
            transport,
            "1"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    Await.until(Duration.ofSeconds(20), () -> accepts(port));
    return new Peer("fairlead " + transport, port, process.pid(), process::destroyForcibly);
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** User and system time of all its threads so far. */
  double cpuSeconds() throws IOException {
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
