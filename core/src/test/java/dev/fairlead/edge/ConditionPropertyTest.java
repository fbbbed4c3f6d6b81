package dev.fairlead.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.edge.Condition.Answer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Conditions on first bytes that come bit by bit. */
class ConditionPropertyTest {
  @Provide
  Arbitrary<String> beginnings() {
    Arbitrary<String> known = Arbitraries.of(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "SSH-2.0-x y\r\n",
        "\u0003\u0000\u0000\u000b\u0006\u00e0\u0000\u0000\u0000\u0000\u0000",
        "\u0016\u0003\u0001\u0000\u0007",
        "EHLO a.test\r\n");
    Arbitrary<String> any =
        Arbitraries.strings().withCharRange('\u0000', '\u00ff').ofMaxLength(20);
    return Combinators.combine(known, any, Arbitraries.integers().between(0, 30))
        .as((text, tail, keep) -> text.substring(0, Math.min(keep, text.length())) + tail);
  }

  @Property
  void more_bytes_do_not_take_an_answer_back(
      @ForAll("beginnings") String bytes, @ForAll @IntRange(max = 40) int cut) {
    List<Condition> conditions = new ArrayList<>(List.of(
        Conditions.plainHttp(), Conditions.rdp(), Conditions.tls(), Conditions.firstBytes("SSH-")));
    conditions.add(Conditions.plainHttp().or(Conditions.rdp()).not());
    conditions.add(Conditions.firstBytes("GET").and(Conditions.plainHttp()));
    for (Condition condition : conditions) {
      String part = bytes.substring(0, Math.min(cut, bytes.length()));
      Answer early = condition.ask(new FakeConnection().first(part));
      Answer late = condition.ask(new FakeConnection().first(bytes));
      Answer last = condition.ask(new FakeConnection().first(bytes).ended());
      assertThat(last).isNotEqualTo(Answer.OPEN);
      if (early != Answer.OPEN) {
        assertThat(late).isEqualTo(early);
      }
      if (late != Answer.OPEN) {
        assertThat(last).isEqualTo(late);
      }
    }
  }

  @Provide
  Arbitrary<Condition> wholes() {
    Arbitrary<Condition> parts = Combinators.combine(
            Arbitraries.of(Needs.class), Arbitraries.of(true, false))
        .as((needs, holds) -> Condition.of(needs, c -> holds));
    return Arbitraries.recursive(
        () -> parts,
        part -> Combinators.combine(part, parts, Arbitraries.integers().between(0, 3))
            .as((one, two, how) -> switch (how) {
              case 0 -> one.and(two);
              case 1 -> two.or(one);
              case 2 -> two.and(one).not();
              default -> one.or(two);
            }),
        0,
        5);
  }

  @Property
  void what_becomes_known_does_not_take_an_answer_back(@ForAll("wholes") Condition whole) {
    FakeConnection connection = new FakeConnection().ended();
    Answer last = whole.ask(connection);
    assertThat(last).isNotEqualTo(Answer.OPEN);
    for (Needs known : Needs.values()) {
      assertThat(whole.ask(connection, known)).isIn(last, Answer.OPEN);
      if (whole.needs().compareTo(known) <= 0) {
        assertThat(whole.ask(connection, known)).isEqualTo(last);
      }
    }
  }
}
