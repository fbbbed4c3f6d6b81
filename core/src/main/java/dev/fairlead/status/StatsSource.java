package dev.fairlead.status;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers of a running load balancer are read. All methods may be called from any thread.
 */
public interface StatsSource {
  /** {@return what can be read now} */
  Set<Subject> subjects();

  /**
   * Everything that is known of a subject.
   *
   * @param subject one of {@link #subjects()}
   * @return its numbers; all zero when it has gone meanwhile
   */
  Stats stats(Subject subject);

  /**
   * One counter, without building a snapshot.
   *
   * @param subject one of {@link #subjects()}
   * @param counter which counter
   * @return its value; 0 when the subject has gone meanwhile
   */
  long count(Subject subject, Counter counter);

  /**
   * What a server is and does, for health metrics.
   *
   * @param subject a server
   * @return its status, or null when it has gone meanwhile or is not a server
   */
  @Nullable
  ServerStatus server(Subject subject);

  /** {@return the certificates that all frontends serve now} */
  List<CertificateStatus> certificates();

  /**
   * Tells when {@link #subjects()} or {@link #certificates()} have changed.
   *
   * @param listener called on a thread of the load balancer's; must return soon
   * @return ends the subscription
   */
  AutoCloseable onSubjectsChanged(Runnable listener);

  /**
   * A thing that has numbers.
   *
   * @param kind what it is
   * @param name the frontend's or the backend's name
   * @param server the server's name; null unless it is a server
   */
  record Subject(Kind kind, String name, @Nullable String server) {}

  /** What a subject is. */
  enum Kind {
    /** A frontend. */
    FRONTEND,
    /** A backend: the sum of its servers, those that have left included. */
    BACKEND,
    /** A server of a backend. */
    SERVER
  }
}
