package dev.fairlead.pure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.event.Detail;
import dev.fairlead.event.Event;
import dev.fairlead.event.EventLog;
import dev.fairlead.status.Admin;
import dev.fairlead.status.CertificateStatus;
import dev.fairlead.status.Health;
import dev.fairlead.status.Reason;
import dev.fairlead.status.Termination;
import dev.fairlead.status.Timings;
import java.lang.reflect.RecordComponent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event has a text. Java 17 has no exhaustive switch over sealed types: this walks the leaves. */
class EventLogTest {
  private static final Detail DETAIL = new Detail() {
    @Override
    public String protocol() {
      return "HTTP/1.1";
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public String request() {
      return "GET / HTTP/1.1";
    }
  };
  private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
      Map.entry(String.class, "text"),
      Map.entry(long.class, 42L),
      Map.entry(int.class, 7),
      Map.entry(boolean.class, true),
      Map.entry(SocketAddress.class, InetSocketAddress.createUnresolved("client", 9)),
      Map.entry(Health.class, Health.DOWN),
      Map.entry(Admin.class, Admin.DRAIN),
      Map.entry(List.class, List.of()),
      Map.entry(Throwable.class, new IllegalStateException("a bug")),
      Map.entry(Instant.class, Instant.EPOCH),
      Map.entry(Duration.class, Duration.ofSeconds(30)),
      Map.entry(Timings.class, new Timings(0, 0, 0, 0, 0)),
      Map.entry(Termination.class, Termination.NORMAL),
      Map.entry(Event.Load.class, Event.Load.NONE),
      Map.entry(Reason.class, Reason.RULE_REJECTED),
      Map.entry(
          CertificateStatus.class,
          new CertificateStatus("web", "site.pem", List.of("a.example"), Instant.EPOCH)),
      Map.entry(Detail.class, DETAIL));

  static Stream<Class<?>> leaves() {
    return leaves(Event.class);
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(EventLogTest::leaves)
        : Stream.of(type);
  }

  private static Event sample(Class<?> leaf) throws ReflectiveOperationException {
    RecordComponent[] parts = leaf.getRecordComponents();
    Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values = Arrays.stream(types)
        .map(t -> Objects.requireNonNull(SAMPLES.get(t), () -> "no sample of " + t))
        .toArray();
    return (Event) leaf.getConstructor(types).newInstance(values);
  }

  @ParameterizedTest
  @MethodSource("leaves")
  void each_event_has_a_text_of_one_line_and_can_be_logged(Class<?> leaf) throws Exception {
    Event event = sample(leaf);
    assertThat(EventLog.describe(event)).isNotBlank().doesNotContain("\n", "@", "null");
    new EventLog().accept(event);
  }

  @Test
  void there_are_leaves_to_walk() {
    assertThat(leaves())
        .contains(Event.ServerAdded.class, Event.ExchangeClosed.class, Event.ComponentFailed.class)
        .hasSizeGreaterThanOrEqualTo(16);
  }

  @Test
  void a_change_of_health_is_told_with_its_source_and_reason() {
    assertThat(EventLog.describe(new Event.HealthChanged(
            "app", 3, "s1", Health.UP, Health.DOWN, "check", "L4CON: refused")))
        .isEqualTo("app/s1 is DOWN, was UP (check: L4CON: refused)");
    assertThat(EventLog.describe(new Event.EligibleChanged("app", 3, 1, List.of("s2", "s3"), true)))
        .isEqualTo("app uses s2, s3 (backup)");
    assertThat(EventLog.describe(new Event.EligibleChanged("app", 3, 1, List.of(), false)))
        .isEqualTo("app has no server left");
    assertThat(EventLog.describe(new Event.LimitChanged("app", 3, "s1", 0, 32)))
        .isEqualTo("app/s1 takes at most 32, took any number");
  }

  @Test
  void a_line_names_twenty_servers_at_most() {
    List<String> names = IntStream.range(0, 10_000).mapToObj(n -> "s" + n).toList();
    assertThat(EventLog.describe(new Event.EligibleChanged("app", 2, 0, names, false)))
        .isEqualTo("app uses 10000 servers: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12,"
            + " s13, s14, s15, s16, s17, s18, s19, …");
  }
}
