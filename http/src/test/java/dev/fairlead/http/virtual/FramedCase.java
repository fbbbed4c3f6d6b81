package dev.fairlead.http.virtual;

import dev.fairlead.http.Corpus;
import dev.fairlead.http.StrictMessage.Field;
import java.util.Arrays;
import java.util.List;

/**
 * A case of the corpus of HTTP/2 in its parts.
 *
 * @param interim the fields of what comes before it
 * @param fields its fields
 * @param further its data and its trailers, as far as they have frames
 */
record FramedCase(List<List<Field>> interim, List<Field> fields, List<String> further) {
  static FramedCase of(Corpus.Case given) {
    List<String> parts = List.of(given.text().split(" >> ", -1));
    List<List<Field>> heads =
        Arrays.stream(parts.get(0).split(" then ", -1)).map(FramedCase::fields).toList();
    int last = heads.size() - 1;
    return new FramedCase(heads.subList(0, last), heads.get(last), parts.subList(1, parts.size()));
  }

  static List<Field> fields(String text) {
    return Arrays.stream(text.split(" ~ ", -1))
        .map(field -> {
          int equals = field.indexOf('=');
          return new Field(field.substring(0, equals), field.substring(equals + 1));
        })
        .toList();
  }

  String data() {
    return further.isEmpty() ? "" : further.get(0);
  }

  List<Field> trailers() {
    return further.size() < 2 ? List.of() : fields(further.get(1));
  }

  /** The values of all fields of a name. */
  List<String> all(String name) {
    return fields.stream().filter(f -> f.is(name)).map(Field::value).toList();
  }

  /** All frames, the fields in two of them where the cut is not 0. */
  String frames(int stream, int cut) {
    StringBuilder all = new StringBuilder();
    for (List<Field> head : interim) {
      all.append(Http2Text.headers(stream, head, false, 0));
    }
    all.append(Http2Text.headers(stream, fields, further.isEmpty(), cut));
    if (!further.isEmpty()) {
      all.append(Http2Text.data(stream, data(), further.size() == 1));
    }
    if (further.size() > 1) {
      all.append(Http2Text.headers(stream, trailers(), true, 0));
    }
    return all.toString();
  }
}
