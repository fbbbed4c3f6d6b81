package dev.fairlead.json;

import dev.fairlead.status.Admin;
import dev.fairlead.status.Health;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** A JSON object whose fields are asked for by name and kind; an error names the field's whole path. */
final class JsonFields {
  private final String path;
  private final Map<String, Object> values;

  private JsonFields(String path, Map<String, Object> values) {
    this.path = path;
    this.values = values;
  }

  /** One object, and nothing after it. */
  static JsonFields read(JsonParser json) {
    Object value = json.nextToken() == JsonToken.START_OBJECT ? object(json) : "";
    if (!(value instanceof Fields fields) || json.nextToken() != null) {
      throw new IllegalArgumentException("saved state: not one JSON object");
    }
    return new JsonFields("", fields.values());
  }

  /** An object as it was read. */
  private record Fields(Map<String, Object> values) {}

  private static Fields object(JsonParser json) {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = json.currentName();
      json.nextToken();
      fields.put(name, value(json));
    }
    return new Fields(fields);
  }

  private static Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> object(json);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      default -> String.valueOf(json.getString());
    };
  }

  JsonFields object(String name) {
    return child(name, get(name, Fields.class, "an object"));
  }

  /** All fields, each of which must be an object. */
  Map<String, JsonFields> objects() {
    Map<String, JsonFields> all = new LinkedHashMap<>();
    values.keySet().forEach(name -> all.put(name, object(name)));
    return all;
  }

  private JsonFields child(String name, Fields fields) {
    return new JsonFields(path(name) + ".", fields.values());
  }

  String text(String name) {
    return get(name, String.class, "a text");
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Object value : get(name, List.class, "a list")) {
      if (!(value instanceof String text)) {
        throw wrong(name, value, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  int number(String name) {
    return range(name, Integer.MAX_VALUE);
  }

  /** A whole number from 0 on. */
  int range(String name, int most) {
    double value = get(name, Double.class, "a number");
    if (value != Math.rint(value) || value < 0 || value > most) {
      throw wrong(name, value, "a whole number, 0.." + most);
    }
    return (int) value;
  }

  @Nullable
  Integer numberOrNone(String name) {
    return values.containsKey(name) ? Integer.valueOf(number(name)) : null;
  }

  @Nullable
  Double fractionOrNone(String name) {
    return values.containsKey(name) ? get(name, Double.class, "a number") : null;
  }

  Instant instant(String name) {
    return parsed(name, Instant::parse, "an instant, for example 2026-01-01T00:00:00Z");
  }

  Admin admin(String name) {
    return parsed(name, Admin::valueOf, "READY, DRAIN or MAINTENANCE");
  }

  @Nullable
  Admin adminOrNone(String name) {
    return values.containsKey(name) ? admin(name) : null;
  }

  @Nullable
  Health health(String name) {
    return values.containsKey(name) ? parsed(name, Health::valueOf, "UP or DOWN") : null;
  }

  private <T> T parsed(String name, Function<String, T> parser, String expected) {
    String text = text(name);
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw wrong(name, text, expected);
    }
  }

  private <T> T get(String name, Class<T> type, String expected) {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw wrong(name, value == null ? "missing" : value, expected);
    }
    return type.cast(value);
  }

  private IllegalArgumentException wrong(String name, @Nullable Object value, String expected) {
    return new IllegalArgumentException(
        "%s: %s (expected: %s)".formatted(path(name), value, expected));
  }

  private String path(String name) {
    return path + name;
  }
}
