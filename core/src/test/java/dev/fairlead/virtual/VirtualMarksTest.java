package dev.fairlead.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.Backend;
import dev.fairlead.config.Server;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of sessions when their server goes down, and of a backup's when a server comes back. */
class VirtualMarksTest {
  @RegisterExtension
  private final VirtualProxy proxy = new VirtualProxy();

  private final Verdicts checks = new Verdicts();

  /** Servers s1 and s2, and backups b1 and b2. */
  private void start(UnaryOperator<Server> change) {
    proxy.start(Backend.builder("app")
        .server(proxy.origin("s1").server())
        .server(proxy.origin("s2").server())
        .server(proxy.origin("b1").server().asBackup())
        .server(proxy.origin("b2").server().asBackup())
        .eachServer(change)
        .healthCheck(checks)
        .build());
  }

  private static String askedBy(VirtualClient client) {
    client.write("?");
    return client.received();
  }

  private void down(String... servers) {
    for (String server : servers) {
      checks.down(server);
    }
    proxy.net().run();
  }

  private void up(String server) {
    checks.up(server);
    proxy.net().run();
  }

  @Test
  void sessions_outlive_their_server_by_default() {
    start(s -> s);
    VirtualClient first = proxy.client();
    down("s1");
    proxy.done(proxy.lb().backend("app").server("s1").maintenance());
    assertThat(askedBy(first)).isEqualTo("s1");
    assertThat(proxy.terminations()).isEmpty();
  }

  @Test
  void sessions_end_with_their_server_where_that_is_wanted_and_no_others() {
    start(Server::closeSessionsWhenDown);
    VirtualClient first = proxy.client();
    VirtualClient second = proxy.client();
    assertThat(askedBy(first)).isEqualTo("s1");
    down("s1");
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    assertThat(proxy.closed().termination()).hasToString("DD");
    assertThat(askedBy(second)).isEqualTo("s2");
  }

  @Test
  void maintenance_ends_them_too_and_drain_does_not() {
    start(Server::closeSessionsWhenDown);
    VirtualClient first = proxy.client();
    proxy.done(proxy.lb().backend("app").server("s1").drain());
    assertThat(first.isOpen()).isTrue();
    proxy.done(proxy.lb().backend("app").server("s1").maintenance());
    proxy.net().run();
    assertThat(first.isOpen()).isFalse();
    assertThat(proxy.terminations()).containsExactly("DD");
  }

  @Test
  void a_server_that_is_back_at_once_has_gone_all_the_same() {
    start(Server::closeSessionsWhenDown);
    VirtualClient first = proxy.client();
    checks.down("s1");
    checks.up("s1");
    proxy.net().run();
    assertThat(first.isOpen()).isFalse();
    assertThat(askedBy(proxy.client())).isNotEmpty();
  }

  @Test
  void sessions_of_backups_outlive_a_server_that_comes_back_by_default() {
    start(s -> s);
    down("s1", "s2");
    VirtualClient first = proxy.client();
    up("s1");
    assertThat(askedBy(first)).isEqualTo("b1");
  }

  @Test
  void sessions_of_all_backups_end_when_a_server_comes_back_where_that_is_wanted() {
    start(Server::closeBackupSessionsWhenUp);
    down("s1", "s2", "b1");
    VirtualClient first = proxy.client();
    assertThat(askedBy(first)).isEqualTo("b2");
    up("b1");
    assertThat(first.isOpen()).as("a backup that comes back").isTrue();
    VirtualClient second = proxy.client();
    assertThat(askedBy(second)).isEqualTo("b1");
    up("s2");
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isFalse();
    assertThat(proxy.terminations()).containsExactly("UD", "UD");
    assertThat(askedBy(proxy.client())).isEqualTo("s2");
  }

  @Test
  void sessions_of_backups_stay_until_the_quorum_is_there() {
    proxy.start(Backend.builder("app")
        .server(proxy.origin("s1").server())
        .server(proxy.origin("s2").server())
        .server(proxy.origin("b1").server().asBackup())
        .eachServer(Server::closeBackupSessionsWhenUp)
        .healthCheck(checks)
        .quorum(2)
        .build());
    down("s1", "s2");
    VirtualClient first = proxy.client();
    assertThat(askedBy(first)).isEqualTo("b1");
    up("s1");
    assertThat(first.isOpen()).isTrue();
    VirtualClient second = proxy.client();
    assertThat(askedBy(second)).isEqualTo("b1");
    up("s2");
    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isFalse();
    assertThat(askedBy(proxy.client())).startsWith("s");
  }

  @Test
  void a_server_that_comes_back_without_weight_does_not_end_them() {
    start(Server::closeBackupSessionsWhenUp);
    proxy.done(proxy.lb().backend("app").server("s1").weight(0));
    down("s1", "s2");
    VirtualClient first = proxy.client();
    up("s1");
    assertThat(askedBy(first)).isEqualTo("b1");
  }

  @Test
  void a_server_that_only_gets_its_first_verdict_ends_nothing() {
    start(Server::closeBackupSessionsWhenUp);
    down("s2");
    proxy.done(proxy.lb().backend("app").server("s1").drain());
    VirtualClient first = proxy.client();
    up("s1");
    proxy.done(proxy.lb().backend("app").server("s1").ready());
    assertThat(askedBy(first)).isEqualTo("b1");
  }
}
