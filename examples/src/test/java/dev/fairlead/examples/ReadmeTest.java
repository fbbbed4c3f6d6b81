package dev.fairlead.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README shows code that compiles. */
class ReadmeTest {
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void every_java_block_of_the_readme_is_a_piece_of_an_example() throws IOException {
    String examples = examples();
    List<String> blocks = BLOCK
        .matcher(Files.readString(Path.of("..", "README.md")))
        .results()
        .map((MatchResult m) -> m.group(1))
        .toList();

    assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
    assertThat(blocks).allSatisfy(block -> assertThat(examples).contains(withoutWhiteSpace(block)));
  }

  private static String examples() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      List<Path> sources = files.filter(f -> f.toString().endsWith(".java")).toList();
      StringBuilder all = new StringBuilder();
      for (Path source : sources) {
        all.append(Files.readString(source)).append('\n');
      }
      return withoutWhiteSpace(all.toString());
    }
  }

  /** Formatting breaks lines elsewhere than a page does; everything else must be the same. */
  private static String withoutWhiteSpace(String code) {
    return code.lines()
        .map(line -> line.replaceAll("//.*", ""))
        .collect(Collectors.joining())
        .replaceAll("\\s+", "");
  }
}
