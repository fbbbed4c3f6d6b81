package dev.fairlead.bench;

import dev.fairlead.testkit.HandshakeClients;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What loads a peer, on the second core. */
@FunctionalInterface
interface Load {
  Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)s");

  /**
   * What one round of one peer gave.
   *
   * @param micros CPU time of the peer for each unit of work
   * @param perSecond how many of these there were
   * @param busy how much of its core the peer used, 1 for all: with less, something else was slower
   */
  record Run(double micros, double perSecond, double busy) {}

  Run on(Peer peer, int seconds) throws Exception;

  /** 64 connections of wrk, each with one request after the other. */
  static Load wrk(String scheme) {
    return (peer, seconds) -> {
      double before = peer.cpuSeconds();
      String output = Programs.run(
          "taskset",
          "-c",
          "1",
          "wrk",
          "-t1",
          "-c64",
          "-d" + seconds + "s",
          scheme + "://127.0.0.1:" + peer.port() + "/");
      double used = peer.cpuSeconds() - before;
      Matcher found = REQUESTS.matcher(output);
      if (!found.find() || output.contains("Non-2xx") || output.contains("Socket errors")) {
        throw new IllegalStateException(peer.name() + ": " + output);
      }
      double requests = Double.parseDouble(found.group(1));
      double took = Double.parseDouble(found.group(2));
      return new Run(used * 1e6 / requests, requests / took, used / took);
    };
  }

  /** Clients that do handshakes, with this cipher suite. */
  static Load handshakes(HandshakeClients clients, String cipherSuite) {
    return (peer, seconds) -> {
      double before = peer.cpuSeconds();
      HandshakeClients.Done done = clients.run(peer.port(), Duration.ofSeconds(seconds));
      double used = peer.cpuSeconds() - before;
      if (done.failed() > 0 || !done.cipherSuites().equals(Set.of(cipherSuite))) {
        throw new IllegalStateException(peer.name() + ": " + done);
      }
      return new Run(
          used * 1e6 / done.count(), done.count() / done.seconds(), used / done.seconds());
    };
  }
}
