package dev.fairlead.acceptance;

import dev.fairlead.acceptance.Plan.Member;
import dev.fairlead.testkit.Ports;
import dev.fairlead.testkit.RealServer;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Debian's nginx as a proxy before some servers, in one process. Not thread-safe. */
final class NginxProxy implements AutoCloseable {
  private final RealServer process;

  private NginxProxy(RealServer process) {
    this.process = process;
  }

  /**
   * Starts one.
   *
   * @param method the upstream's method, as {@code least_conn;}, or empty for round robin
   * @param members the servers
   * @param down the name of the one that is down, or empty
   */
  static NginxProxy start(String method, List<Member> members, String down) {
    return start(method, members, member -> member.name().equals(down) ? "down" : "", "");
  }

  /**
   * Starts one.
   *
   * @param method as above
   * @param members the servers
   * @param more what is said of a server beside its weight
   * @param location what is said of the location beside its upstream
   */
  static NginxProxy start(
      String method, List<Member> members, Function<Member, String> more, String location) {
    String servers = members.stream()
        .map(member -> "server %s:%d weight=%d %s;"
            .formatted(member.host(), member.port(), member.weight(), more.apply(member)))
        .collect(Collectors.joining("\n"));
    int port = Ports.free();
    return new NginxProxy(RealServer.nginx(port, """
        upstream app {
          %s
          %s
        }
        server {
          listen 127.0.0.1:%d;
          location / { proxy_pass http://app; %s }
        }
        """.formatted(method, servers, port, location)));
  }

  int port() {
    return process.port();
  }

  @Override
  public void close() {
    process.close();
  }
}
