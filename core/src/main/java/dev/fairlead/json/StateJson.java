package dev.fairlead.json;

import dev.fairlead.status.Finding;
import dev.fairlead.status.SavedState;
import dev.fairlead.status.SavedState.SavedServer;
import dev.fairlead.status.SavedState.Settings;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A {@link SavedState} as JSON. Needs {@code tools.jackson.core:jackson-core} on the class path.
 *
 * <pre>{@code
 * Files.writeString(file, StateJson.write(lb.save()));
 * LoadBalancer.builder().frontend(web).restore(StateJson.read(Files.readString(file))).start();
 * }</pre>
 *
 * <p>Fields that are not known are skipped, so that a newer version's file can be read.
 */
public final class StateJson {
  private static final int VERSION = 1;
  private static final JsonFactory JSON = new JsonFactory();

  private StateJson() {}

  /**
   * Writes.
   *
   * @param state what to keep
   * @return JSON, the same text for the same state
   */
  public static String write(SavedState state) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeNumberProperty("version", VERSION);
      json.writeStringProperty("at", state.at().toString());
      json.writeObjectPropertyStart("backends");
      new TreeMap<>(state.backends()).forEach((backend, servers) -> {
        json.writeObjectPropertyStart(backend);
        new TreeMap<>(servers).forEach((server, saved) -> {
          json.writeObjectPropertyStart(server);
          server(json, saved);
          json.writeEndObject();
        });
        json.writeEndObject();
      });
      json.writeEndObject();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void server(JsonGenerator json, SavedServer server) {
    json.writeStringProperty("address", server.address());
    settings(json, "configured", server.configured());
    settings(json, "effective", server.effective());
    if (server.forced() != null) {
      json.writeStringProperty("forced", server.forced().name());
    }
    json.writeArrayPropertyStart("disabled");
    new TreeSet<>(server.disabled()).forEach(json::writeString);
    json.writeEndArray();
    json.writeObjectPropertyStart("findings");
    new TreeMap<>(server.findings()).forEach((source, finding) -> {
      json.writeObjectPropertyStart(source);
      finding(json, finding);
      json.writeEndObject();
    });
    json.writeEndObject();
    json.writeStringProperty("since", server.since().toString());
    json.writeStringProperty("lastChange", server.lastChange());
    json.writeArrayPropertyStart("causes");
    server.causes().forEach(json::writeString);
    json.writeEndArray();
    json.writeNumberProperty("flaps", server.flaps());
  }

  private static void settings(JsonGenerator json, String name, Settings settings) {
    json.writeObjectPropertyStart(name);
    json.writeStringProperty("admin", settings.admin().name());
    json.writeNumberProperty("weight", settings.weight());
    json.writeNumberProperty("limit", settings.limit());
    json.writeEndObject();
  }

  private static void finding(JsonGenerator json, Finding finding) {
    if (finding.health() != null) {
      json.writeStringProperty("health", finding.health().name());
    }
    if (finding.admin() != null) {
      json.writeStringProperty("admin", finding.admin().name());
    }
    if (finding.weightFactor() != null) {
      json.writeNumberProperty("weightFactor", finding.weightFactor());
    }
    if (finding.limit() != null) {
      json.writeNumberProperty("limit", finding.limit());
    }
    json.writeStringProperty("reason", finding.reason());
  }

  /**
   * Reads.
   *
   * @param text what {@link #write} has written
   * @return the state
   * @throws IllegalArgumentException when it is no such text; names the place
   */
  public static SavedState read(String text) {
    JsonFields root;
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      root = JsonFields.read(json);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("saved state: " + e.getOriginalMessage(), e);
    }
    int version = root.number("version");
    if (version != VERSION) {
      throw new IllegalArgumentException("version: %d (expected: %d)".formatted(version, VERSION));
    }
    Map<String, Map<String, SavedServer>> backends = new LinkedHashMap<>();
    root.object("backends").objects().forEach((backend, servers) -> {
      Map<String, SavedServer> all = new LinkedHashMap<>();
      servers.objects().forEach((name, server) -> all.put(name, server(server)));
      backends.put(backend, Map.copyOf(all));
    });
    return new SavedState(root.instant("at"), backends);
  }

  private static SavedServer server(JsonFields json) {
    Map<String, Finding> findings = new LinkedHashMap<>();
    json.object("findings").objects().forEach((source, f) -> findings.put(source, finding(f)));
    return new SavedServer(
        json.text("address"),
        settings(json.object("configured")),
        settings(json.object("effective")),
        json.health("forced"),
        new TreeSet<>(json.texts("disabled")),
        findings,
        json.instant("since"),
        json.text("lastChange"),
        json.texts("causes"),
        json.number("flaps"));
  }

  private static Settings settings(JsonFields json) {
    return new Settings(
        json.admin("admin"), json.range("weight", 256), json.range("limit", Integer.MAX_VALUE));
  }

  private static Finding finding(JsonFields json) {
    return new Finding(
        json.health("health"),
        json.adminOrNone("admin"),
        json.fractionOrNone("weightFactor"),
        json.numberOrNone("limit"),
        json.text("reason"));
  }
}
