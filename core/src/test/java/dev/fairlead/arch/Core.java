package dev.fairlead.arch;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.fairlead.LoadBalancer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** The classes of this module, without its tests. */
final class Core {
  static final Path FOLDER = folder();
  static final JavaClasses CLASSES = new ClassFileImporter().importPath(FOLDER);
  static final Set<String> EXPORTED = exported();

  private Core() {}

  private static Path folder() {
    try {
      return Path.of(
          LoadBalancer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> exported() {
    try (InputStream in = Files.newInputStream(FOLDER.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in).exports().stream()
          .map(ModuleDescriptor.Exports::source)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
