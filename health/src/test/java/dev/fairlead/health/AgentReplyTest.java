package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.health.AgentReply.Weight;
import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HAProxy's agent grammar, as vectors. */
class AgentReplyTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      up                        | up
      UP                        | up
      down                      | down
      down #disk full           | down (disk full)
      down#disk full            | down (disk full)
      down # a # b              | down (a # b)
      fail #                    | fail
      stopped # on purpose      | stopped (on purpose)
      Stopped,drain             | stopped, drain
      down up                   | up
      up down                   | down
      ready                     | ready
      drain maint               | maint
      maint,drain               | drain
      MAINT ready               | ready
      75%                       | 75%
      weight:75%                | 75%
      0%                        | 0%
      150%                      | 150%
      007%                      | 7%
      99999%                    | 25600%
      99999999999999999999%     | 25600%
      50% 60%                   | 60%
      weight:30                 | weight 30
      WEIGHT:0                  | weight 0
      weight:256                | weight 256
      50% weight:7              | weight 7
      maxconn:30                | maxconn 30
      maxconn:0                 | maxconn 0
      maxconn:99999999999       | maxconn 2147483647
      up,ready,50%,maxconn:7    | up, ready, 50%, maxconn 7
      maxconn:7 50% ready up    | up, ready, 50%, maxconn 7
      75%,maxconn:30,maint,down | down, maint, 75%, maxconn 30
      # down                    | nothing
      ,,                        | nothing
      ''                        | nothing
      """)
  void a_line_is_understood_as_haproxy_understands_it(String line, String meaning) {
    assertThat(AgentReply.parse(line)).hasToString(meaning);
    assertThat(AgentReply.parse(line).odd()).isNull();
  }

  @Test
  void spaces_tabs_and_commas_separate_words() {
    assertThat(AgentReply.parse("\t up ,\t, drain\t50%  "))
        .isEqualTo(AgentReply.parse("up drain 50%"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upp",
        "75",
        "%",
        "-5%",
        "+5%",
        "5.5%",
        "50%x",
        "weight:",
        "weight:%",
        "weight:257",
        "weight:-1",
        "weight:99999999999999999999",
        "maxconn",
        "maxconn:",
        "maxconn:x",
        "maxconn:-1",
        "maxconn: 5",
        "down!",
        "HTTP/1.1",
        "\u0000",
        "\u00ff"
      })
  void what_is_not_understood_changes_nothing_and_the_first_of_it_is_kept(String word) {
    AgentReply reply = AgentReply.parse(word + " drain other");
    assertThat(reply.odd()).isEqualTo(word.split(" ", -1)[0]);
    assertThat(reply).hasToString("drain");
  }

  @Test
  void what_a_line_does_not_speak_of_stays() {
    AgentReply known = AgentReply.NOTHING;
    known = AgentReply.parse("down #disk").after(known);
    known = AgentReply.parse("50% maxconn:9").after(known);
    known = AgentReply.parse("drain what?").after(known);
    assertThat(known).hasToString("down (disk), drain, 50%, maxconn 9");
    assertThat(known.odd()).isNull();

    assertThat(AgentReply.parse("up").after(known)).hasToString("up, drain, 50%, maxconn 9");
    assertThat(AgentReply.parse("ready").after(known))
        .hasToString("down (disk), ready, 50%, maxconn 9");
    assertThat(AgentReply.parse("").after(known)).isEqualTo(known);
  }

  @Test
  void it_becomes_a_finding_of_the_configured_weight() {
    assertThat(AgentReply.parse("down #disk, drain, 50%").finding(100))
        .isEqualTo(Finding.down("agent: down (disk, drain, 50%)"));
    assertThat(AgentReply.parse("drain 50% maxconn:9 up").finding(100))
        .isEqualTo(new Finding(Health.UP, Admin.DRAIN, 0.5, 9, "agent: up, drain, 50%, maxconn 9"));
    assertThat(AgentReply.parse("weight:30").finding(40).weightFactor()).isEqualTo(0.75);
    assertThat(AgentReply.parse("weight:30").finding(0).weightFactor()).isNull();
    assertThat(AgentReply.parse("maxconn:0").finding(1).limit()).isNull();
    assertThat(AgentReply.parse("99999%").finding(1).weightFactor()).isEqualTo(256);
    assertThat(AgentReply.parse("weight:256").finding(1).weightFactor()).isEqualTo(256);
    assertThat(AgentReply.parse("down #\u001b[2J").finding(1).reason())
        .isEqualTo("agent: down (?[2J)");
  }

  @Test
  void only_another_meaning_is_a_change() {
    AgentReply down = AgentReply.parse("down #load 17");
    assertThat(AgentReply.parse("stopped #load 18").means(down)).isTrue();
    assertThat(AgentReply.parse("down maxconn:0").means(down)).isTrue();
    assertThat(AgentReply.parse("up").means(down)).isFalse();
    assertThat(AgentReply.parse("down drain").means(down)).isFalse();
    assertThat(AgentReply.parse("down 50%").means(down)).isFalse();
    assertThat(AgentReply.parse("down maxconn:1").means(down)).isFalse();
  }

  @Test
  void a_finding_from_before_a_restart_is_what_the_agent_had_said() {
    Finding before = AgentReply.parse("down maint 75% maxconn:3").finding(8);
    assertThat(AgentReply.of(before)).hasToString("down, maint, 75%, maxconn 3");
    assertThat(AgentReply.of(before).weight()).isEqualTo(new Weight(75, true));
    Finding least = AgentReply.parse("weight:1").finding(256);
    assertThat(AgentReply.of(least).weight()).isEqualTo(new Weight(1, true)); // 0% is no traffic
    assertThat(AgentReply.of(AgentReply.NOTHING.finding(8)).means(AgentReply.NOTHING))
        .isTrue();
  }
}
