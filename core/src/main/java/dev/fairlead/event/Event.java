package dev.fairlead.event;

import dev.fairlead.status.Admin;
import dev.fairlead.status.CertificateStatus;
import dev.fairlead.status.Health;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Timings;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened. State events come in the order of the changes they tell, after the change
 * is in force (publish, then tell), on the control loop; traffic events come on the event loop of
 * their connection and are built only when somebody listens for them. A listener must return soon and
 * must not block; one that throws is reported and harms no other.
 */
public sealed interface Event {

  /** An event of a server or of a whole backend. */
  sealed interface State extends Event {
    /** {@return the backend's name} */
    String backend();

    /** {@return the version of the backend's state that contains the change} */
    long version();
  }

  /** An event of a frontend's listeners. */
  sealed interface Listening extends Event {
    /** {@return the frontend's name} */
    String frontend();
  }

  /** An event of a single connection or request. */
  sealed interface Traffic extends Event {
    /** {@return the frontend's name} */
    String frontend();

    /** {@return a number of the session, unique in this load balancer; the same in all its events} */
    long session();
  }

  /**
   * A server joined a backend.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param address where it listens
   */
  record ServerAdded(String backend, long version, String server, SocketAddress address)
      implements State {}

  /**
   * A server left a backend.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   */
  record ServerRemoved(String backend, long version, String server) implements State {}

  /**
   * The findings of a server say something else than before.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param before what they said
   * @param after what they say
   * @param source whose finding turned it
   * @param reason that finding's reason
   */
  record HealthChanged(
      String backend,
      long version,
      String server,
      Health before,
      Health after,
      String source,
      String reason)
      implements State {}

  /**
   * The operator, or a source of findings, changed its wish.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param before the wish in force before
   * @param after the wish in force now
   * @param source {@code operator}, or whose finding it was
   * @param reason that finding's reason
   */
  record AdminChanged(
      String backend,
      long version,
      String server,
      Admin before,
      Admin after,
      String source,
      String reason)
      implements State {}

  /**
   * The operator disabled a source of findings for a server, or enabled it again.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param source whose checks
   * @param enabled whether it watches the server now
   */
  record CheckingChanged(
      String backend, long version, String server, String source, boolean enabled)
      implements State {}

  /**
   * A check passed, but saw something that operators should know, for example a certificate that is about
   * to expire. Changes nothing.
   *
   * @param backend the backend's name
   * @param server the server's name
   * @param source whose check
   * @param warning what it saw
   */
  record CheckWarned(String backend, String server, String source, String warning)
      implements Event {}

  /**
   * A server's effective weight changed.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param before the weight in force before
   * @param after the weight in force now
   */
  record WeightChanged(String backend, long version, String server, int before, int after)
      implements State {}

  /**
   * A server's limit of concurrent leases changed.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param before the limit in force before, 0 for none
   * @param after the limit in force now, 0 for none
   */
  record LimitChanged(String backend, long version, String server, int before, int after)
      implements State {}

  /**
   * A server that came back starts slowly: it has a share of its weight and of its limit that grows. The
   * steps are told as {@link WeightChanged} and {@link LimitChanged}, where those numbers change.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param over when it will have all
   */
  record SlowStartBegan(String backend, long version, String server, Duration over)
      implements State {}

  /**
   * A slow start is over.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param server the server's name
   * @param started whether the server is there with all of its weight; false when it went away again
   */
  record SlowStartEnded(String backend, long version, String server, boolean started)
      implements State {}

  /**
   * Too few servers of a priority level are healthy: from now on all of its ready servers get its traffic,
   * or none, as configured.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param priority the level's number
   * @param healthy how many of its servers are healthy
   * @param servers how many of its servers are ready
   */
  record PanicBegan(String backend, long version, int priority, int healthy, int servers)
      implements State {}

  /**
   * The health of a priority level's servers is respected again.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param priority the level's number
   */
  record PanicEnded(String backend, long version, int priority) implements State {}

  /**
   * Too few servers are up: backups take over, if there are any.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param weight the sum of the weights of servers that are up
   * @param quorum what is wanted
   */
  record QuorumLost(String backend, long version, int weight, int quorum) implements State {}

  /**
   * Enough servers are up again.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param weight the sum of the weights of servers that are up
   * @param quorum what is wanted
   */
  record QuorumGained(String backend, long version, int weight, int quorum) implements State {}

  /**
   * The set of servers that may get new traffic changed.
   *
   * @param backend the backend's name
   * @param version the state's version
   * @param before how many there were
   * @param servers their names now, in configuration order; empty when requests are refused
   * @param backups whether they are backup servers
   */
  record EligibleChanged(
      String backend, long version, int before, List<String> servers, boolean backups)
      implements State {
    /**
     * Copies the list.
     * @param backend the backend's name
     * @param version the state's version
     * @param before how many there were
     * @param servers their names now
     * @param backups whether they are backup servers
     */
    public EligibleChanged {
      servers = List.copyOf(servers);
    }
  }

  /**
   * A frontend serves other certificates to the connections that come from now on.
   *
   * @param frontend its name
   * @param certificates all that it serves
   */
  record CertificatesChanged(String frontend, List<CertificateStatus> certificates)
      implements Listening {
    /**
     * Copies the list.
     *
     * @param frontend its name
     * @param certificates all that it serves
     */
    public CertificatesChanged {
      certificates = List.copyOf(certificates);
    }
  }

  /**
   * New certificates could not be used: the old ones stay.
   *
   * @param frontend its name
   * @param reason what is wrong, with the file
   */
  record CertificatesKept(String frontend, String reason) implements Listening {}

  /**
   * TLS towards the servers of a backend uses what its files hold now.
   *
   * @param backend its name
   */
  record ServerCertificatesChanged(String backend) implements Event {}

  /**
   * What the files of TLS towards the servers of a backend hold could not be used: all stays as it was.
   *
   * @param backend its name
   * @param reason what is wrong, with the file
   */
  record ServerCertificatesKept(String backend, String reason) implements Event {}

  /**
   * A certificate ends within three weeks, or has ended. Told when it is read, and once a day.
   *
   * @param certificate which
   */
  record CertificateExpires(CertificateStatus certificate) implements Listening {
    @Override
    public String frontend() {
      return certificate.frontend();
    }
  }

  /**
   * A frontend listens.
   * @param frontend its name
   * @param addresses where
   */
  record FrontendOpened(String frontend, List<SocketAddress> addresses) implements Listening {
    /**
     * Copies the list.
     * @param frontend its name
     * @param addresses where
     */
    public FrontendOpened {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A frontend no longer listens.
   * @param frontend its name
   */
  record FrontendClosed(String frontend) implements Listening {}

  /**
   * A frontend pauses accepting, since a resource ran out; it resumes by itself.
   * @param frontend its name
   * @param reason what the system said
   */
  record AcceptPaused(String frontend, String reason) implements Listening {}

  /**
   * A frontend accepts again.
   * @param frontend its name
   */
  record AcceptResumed(String frontend) implements Listening {}

  /**
   * Code that the load balancer called failed: a strategy, a probe, a filter, a listener. It costs
   * that one request or check.
   *
   * @param role what it was, for example {@code balancer}
   * @param className its class
   * @param where the frontend, backend or server it was called for
   * @param failure what it threw
   */
  record ComponentFailed(String role, String className, String where, Throwable failure)
      implements Event {}

  /**
   * A connection was accepted.
   *
   * @param frontend the frontend's name
   * @param session its number
   * @param client the client's address
   */
  record SessionOpened(String frontend, long session, SocketAddress client) implements Traffic {}

  /**
   * A connection ended. For a protocol without exchanges of its own (TCP) it is the unit of work; for
   * HTTP its exchanges were told before, and backend and server are null.
   *
   * @param frontend the frontend's name
   * @param session its number
   * @param client the client's address
   * @param backend the backend's name, or null
   * @param server the last server's name, or null
   * @param start when it was accepted
   * @param timings how long each stage took
   * @param bytesIn bytes from the client
   * @param bytesOut bytes to the client
   * @param retries further attempts that were made
   * @param redispatched whether the last attempt went to another server than the first
   * @param termination how it ended
   * @param load what was busy at that moment
   */
  record SessionClosed(
      String frontend,
      long session,
      SocketAddress client,
      @Nullable String backend,
      @Nullable String server,
      Instant start,
      Timings timings,
      long bytesIn,
      long bytesOut,
      int retries,
      boolean redispatched,
      Termination termination,
      Load load)
      implements Traffic {}

  /**
   * A connection was closed before its frontend's protocol got it. There is no {@link SessionOpened} or
   * {@link SessionClosed} of it.
   *
   * @param frontend the frontend's name
   * @param session the connection's number
   * @param client the client's address, as far as it was known
   * @param start when it was accepted
   * @param reason why
   * @param text the reason in words, with what is particular to this connection
   */
  record ConnectionRefused(
      String frontend,
      long session,
      SocketAddress client,
      Instant start,
      Reason reason,
      String text)
      implements Traffic {}

  /**
   * A request began.
   *
   * @param frontend the frontend's name
   * @param session the session's number
   * @param exchange its number in the session, from 1
   */
  record ExchangeOpened(String frontend, long session, long exchange) implements Traffic {}

  /**
   * A request and its response ended.
   *
   * @param frontend the frontend's name
   * @param session the session's number
   * @param exchange its number in the session, from 1
   * @param client the client's address
   * @param backend the backend's name, or null when none was chosen
   * @param server the last server's name, or null when none was reached
   * @param start when its first byte was received
   * @param timings how long each stage took
   * @param bytesIn bytes from the client
   * @param bytesOut bytes to the client
   * @param retries further attempts that were made
   * @param redispatched whether the last attempt went to another server than the first
   * @param termination how it ended
   * @param load what was busy at that moment
   * @param detail the protocol's part
   */
  record ExchangeClosed(
      String frontend,
      long session,
      long exchange,
      SocketAddress client,
      @Nullable String backend,
      @Nullable String server,
      Instant start,
      Timings timings,
      long bytesIn,
      long bytesOut,
      int retries,
      boolean redispatched,
      Termination termination,
      Load load,
      Detail detail)
      implements Traffic {}

  /**
   * What was busy when a unit of work ended (HAProxy: {@code ac/fc/bc/sc} and {@code sq/bq}).
   *
   * @param sessions sessions of the whole load balancer
   * @param frontend sessions of the frontend
   * @param backend leases of the backend
   * @param server leases of the server
   * @param serverQueue requests that were in the server's queue
   * @param backendQueue requests that were in the backend's queue
   */
  record Load(
      int sessions, int frontend, int backend, int server, int serverQueue, int backendQueue) {
    /** Nothing was busy, or nobody knows. */
    public static final Load NONE = new Load(0, 0, 0, 0, 0, 0);
  }
}
