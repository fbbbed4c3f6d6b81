package dev.fairlead.edge;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A set of server names and patterns, in lower case. To look up a name costs a search for the name itself,
 * and one for each of its labels when there are patterns.
 *
 * @param exact {@code www.example.org}
 * @param oneMore {@code example.org}, for {@code *.example.org}
 * @param more {@code example.org}, for {@code .example.org}
 */
record NameSet(Set<String> exact, Set<String> oneMore, Set<String> more) {
  private static final int SHOWN = 3;

  static NameSet of(Collection<String> names) {
    Set<String> exact = new LinkedHashSet<>();
    Set<String> oneMore = new LinkedHashSet<>();
    Set<String> more = new LinkedHashSet<>();
    for (String name : names) {
      if (name.startsWith(".")) {
        more.add(ServerNames.host("sni", name.substring(1)));
      } else {
        String pattern = ServerNames.pattern("sni", name);
        if (pattern.startsWith("*.")) {
          oneMore.add(pattern.substring(2));
        } else {
          exact.add(pattern);
        }
      }
    }
    return new NameSet(exact, oneMore, more);
  }

  boolean contains(String name) {
    if (exact.contains(name)) {
      return true;
    }
    int dot = oneMore.isEmpty() && more.isEmpty() ? -1 : name.indexOf('.', 1);
    if (dot > 0 && oneMore.contains(name.substring(dot + 1))) {
      return true;
    }
    while (dot > 0 && !more.isEmpty()) {
      if (more.contains(name.substring(dot + 1))) {
        return true;
      }
      dot = name.indexOf('.', dot + 1);
    }
    return false;
  }

  /** The first of the names, and how many more there are. */
  @Override
  public String toString() {
    int count = exact.size() + oneMore.size() + more.size();
    Stream<String> patterns =
        Stream.concat(oneMore.stream().map(n -> "*." + n), more.stream().map(n -> "." + n));
    return Stream.concat(exact.stream(), patterns)
        .limit(SHOWN)
        .collect(Collectors.joining(
            ", ", "(", count > SHOWN ? " and " + (count - SHOWN) + " more)" : ")"));
  }
}
