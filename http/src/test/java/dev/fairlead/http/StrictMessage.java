package dev.fairlead.http;

import java.util.List;

/**
 * One message as {@link StrictReader} understood it.
 *
 * @param start the three parts of its first line; the last is empty where a response gives no reason
 * @param fields in their order, values without white space around them
 * @param body decoded
 * @param trailers in their order
 * @param chunks the line before each chunk, the last one's included
 */
public record StrictMessage(
    List<String> start,
    List<Field> fields,
    String body,
    List<Field> trailers,
    List<String> chunks) {

  /** A field. */
  public record Field(String name, String value) {
    /** Whether it has a name, in any case. */
    public boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  /** The values of all fields of a name. */
  public List<String> all(String name) {
    return fields.stream().filter(f -> f.is(name)).map(Field::value).toList();
  }

  /** The elements of a list that may be spread over several fields; empty ones are left out. */
  public List<String> list(String name) {
    return all(name).stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .map(String::strip)
        .filter(element -> !element.isEmpty())
        .toList();
  }

  /** The status of a response. */
  public int status() {
    return Integer.parseInt(start.get(1));
  }
}
