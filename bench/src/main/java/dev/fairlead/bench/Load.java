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

  Pattern SUCCEEDED = Pattern.compile(" (\\d+) succeeded");

  /**
   * Work that was done.
   *
   * @param count how many requests or handshakes
   * @param seconds how long it took
   */
  record Done(double count, double seconds) {}

  /**
   * What one round of one peer gave.
   *
   * @param micros CPU time of the peer for each unit of work
   * @param instructions of the peer for each unit of work, 0 where they cannot be counted
   * @param perSecond how many units of work there were
   * @param busy how much of its core the peer used, 1 for all: with less, something else was slower
   */
  record Run(double micros, double instructions, double perSecond, double busy) {}

  Done on(Peer peer, int seconds) throws Exception;

  /** Loads a peer, and watches it meanwhile. */
  default Run measured(Peer peer, int seconds) throws Exception {
    Instructions instructions = Instructions.of(peer.pid());
    double before = peer.cpuSeconds();
    Done done = on(peer, seconds);
    double used = peer.cpuSeconds() - before;
    return new Run(
        used * 1e6 / done.count(),
        instructions.end() / done.count(),
        done.count() / done.seconds(),
        used / done.seconds());
  }

  /** 64 connections of wrk, each with one request after the other. */
  static Load wrk(String scheme) {
    return (peer, seconds) -> {
      String output = Programs.run(
          "taskset",
          "-c",
          "1",
          "wrk",
          "-t1",
          "-c64",
          "-d" + seconds + "s",
          scheme + "://127.0.0.1:" + peer.port() + "/");
      Matcher found = REQUESTS.matcher(output);
      if (!found.find() || output.contains("Non-2xx") || output.contains("Socket errors")) {
        throw new IllegalStateException(peer.name() + ": " + output);
      }
      return new Done(Double.parseDouble(found.group(1)), Double.parseDouble(found.group(2)));
    };
  }

  /** 8 connections of h2load, each with 16 requests at once. */
  static Load h2load() {
    return (peer, seconds) -> {
      String output = Programs.run(
          "taskset",
          "-c",
          "1",
          "h2load",
          "-t1",
          "-c8",
          "-m16",
          "-D" + seconds,
          "http://127.0.0.1:" + peer.port() + "/");
      Matcher found = SUCCEEDED.matcher(output);
      if (!found.find() || !output.contains(" 0 failed, 0 errored, 0 timeout")) {
        throw new IllegalStateException(peer.name() + ": " + output);
      }
      return new Done(Double.parseDouble(found.group(1)), seconds);
    };
  }

  /** Clients that do handshakes, with this cipher suite. */
  static Load handshakes(HandshakeClients clients, String cipherSuite) {
    return (peer, seconds) -> {
      HandshakeClients.Done done = clients.run(peer.port(), Duration.ofSeconds(seconds));
      if (done.failed() > 0 || !done.cipherSuites().equals(Set.of(cipherSuite))) {
        throw new IllegalStateException(peer.name() + ": " + done);
      }
      return new Done(done.count(), done.seconds());
    };
  }
}
