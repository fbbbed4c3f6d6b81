package dev.fairlead.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairlead.status.Admin;
import dev.fairlead.status.Finding;
import dev.fairlead.status.Health;
import dev.fairlead.status.SavedState;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.SavedState.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateJsonTest {
  private static final SavedServer FULL = new SavedServer(
      "10.0.0.1/<unresolved>:80",
      new Settings(Admin.READY, 1, 0),
      new Settings(Admin.DRAIN, 256, 32),
      Health.DOWN,
      Set.of("agent", "check"),
      Map.of(
          "outlier",
          new Finding(Health.DOWN, Admin.MAINTENANCE, 0.125, 7, "5 × \"5xx\"\n in a row")),
      Instant.parse("2026-11-22T16:00:00.123456789Z"),
      "health DOWN, was UP",
      List.of("outlier", "5 in a row"),
      12);
  private static final SavedServer PLAIN = new SavedServer(
      "local:s2",
      new Settings(Admin.READY, 1, 0),
      new Settings(Admin.READY, 1, 0),
      null,
      Set.of(),
      Map.of("check", Finding.up("L7OK: 200")),
      Instant.EPOCH,
      "",
      List.of(),
      0);
  private static final SavedState STATE = new SavedState(
      Instant.parse("2026-11-22T17:00:00Z"),
      Map.of("app", Map.of("s1", FULL, "s2", PLAIN), "db \"1\"", Map.of()));

  @Test
  void what_is_written_is_read_again() {
    assertThat(StateJson.read(StateJson.write(STATE))).isEqualTo(STATE);
  }

  @Test
  void the_same_state_is_the_same_text() {
    assertThat(StateJson.write(StateJson.read(StateJson.write(STATE))))
        .isEqualTo(StateJson.write(STATE))
        .startsWith("{\"version\":1,\"at\":\"2026-11-22T17:00:00Z\",\"backends\":{\"app\":{\"s1\":{"
            + "\"address\":\"10.0.0.1/<unresolved>:80\",\"configured\":{\"admin\":\"READY\"");
  }

  @Test
  void fields_that_are_not_known_are_skipped() {
    String newer =
        StateJson.write(STATE).replace("\"flaps\":12", "\"flaps\":12,\"new\":[{\"a\":[]}]");
    assertThat(StateJson.read(newer)).isEqualTo(STATE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"flaps\":12 | \"flaps\":-1 | backends.app.s1.flaps: -1.0 (expected: a whole number",
        "\"weight\":256 | \"weight\":257 | backends.app.s1.effective.weight: 257.0",
        "\"weight\":256 | \"weight\":\"x\" | backends.app.s1.effective.weight: x (expected: a number)",
        "\"DRAIN\" | \"drained\" | backends.app.s1.effective.admin: drained (expected: READY",
        "\"version\":1 | \"version\":2 | version: 2 (expected: 1)",
        "\"since\": | \"sinse\": | .since: missing (expected: a text)",
        "\"at\":\"2026 | \"at\":\"20x6 | at: 20x6-11-22T17:00:00Z (expected: an instant",
        "[\"outlier\", | [7, | backends.app.s1.causes: 7.0 (expected: a list of texts)",
      })
  void an_error_names_the_place(String there, String instead, String message) {
    String text = StateJson.write(STATE);
    String changed = text.replace(there, instead);
    assertThat(changed).isNotEqualTo(text);
    assertThatThrownBy(() -> StateJson.read(changed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"''", "{", "[]", "null", "'{} {}'", "'{\"version\":1'"})
  void what_is_no_json_object_is_refused(String text) {
    assertThatThrownBy(() -> StateJson.read(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
