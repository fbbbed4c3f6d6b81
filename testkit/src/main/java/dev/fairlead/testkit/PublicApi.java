package dev.fairlead.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public API of a module as text: what the packages that it exports show to users. Kept in a file
 * beside the sources, so that a change of the API is seen in its review as a change of text.
 *
 * <pre>{@code
 * @Test
 * void the_public_api_is_what_the_file_says() {
 *   PublicApi.of(LoadBalancer.class).assertMatches(Path.of("api.txt"));
 * }
 * }</pre>
 */
public final class PublicApi {
  /** The system property that has files rewritten instead of compared. */
  public static final String UPDATE = "api.update";

  private final String text;

  private PublicApi(String text) {
    this.text = text;
  }

  /**
   * Reads the API of a module from its compiled classes.
   *
   * @param anyOfItsClasses tells where they lie: in a folder with a {@code module-info.class}
   * @return its API
   */
  public static PublicApi of(Class<?> anyOfItsClasses) {
    Path folder = folder(anyOfItsClasses);
    StringBuilder text = new StringBuilder();
    for (String exported : exported(folder)) {
      List<Class<?>> types = new ArrayList<>();
      classes(folder, exported, anyOfItsClasses.getClassLoader()).stream()
          .filter(ApiText::visible)
          .sorted(Comparator.comparing(Class::getName))
          .forEach(types::add);
      text.append("package ").append(exported).append('\n');
      types.forEach(type -> text.append('\n').append(ApiText.of(type)));
      text.append('\n');
    }
    return new PublicApi(text.toString().stripTrailing() + "\n");
  }

  /** {@return the API, package by package and type by type} */
  public String text() {
    return text;
  }

  /**
   * Compares with a file; with {@code -Dapi.update=true} writes it.
   *
   * @param file where the API is kept
   * @throws AssertionError if it says something else
   */
  public void assertMatches(Path file) {
    try {
      if (Boolean.getBoolean(UPDATE)) {
        Files.writeString(file, text);
      }
      String kept = Files.exists(file) ? Files.readString(file).replace("\r\n", "\n") : "";
      if (!kept.equals(text)) {
        throw new AssertionError(
            "the public API is not what " + file + " says; if that is meant, run again with -D"
                + UPDATE + "=true and commit the file\n" + difference(kept, text));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String difference(String kept, String now) {
    Set<String> before = kept.lines().collect(Collectors.toSet());
    Set<String> after = now.lines().collect(Collectors.toSet());
    return Stream.concat(
            kept.lines().filter(line -> !after.contains(line)).map(line -> "- " + line),
            now.lines().filter(line -> !before.contains(line)).map(line -> "+ " + line))
        .collect(Collectors.joining("\n"));
  }

  private static Path folder(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("class: " + type + " (expected: one in a folder)", e);
    }
  }

  private static Set<String> exported(Path folder) {
    try (InputStream in = Files.newInputStream(folder.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in).exports().stream()
          .filter(e -> !e.isQualified())
          .map(ModuleDescriptor.Exports::source)
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Class<?>> classes(Path folder, String exported, ClassLoader loader) {
    List<Class<?>> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder.resolve(exported.replace('.', '/')))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".class") && !name.equals("package-info.class")) {
          String type = exported + "." + name.substring(0, name.length() - ".class".length());
          found.add(Class.forName(type, false, loader));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new LinkageError(e.getMessage(), e);
    }
    return found;
  }
}
