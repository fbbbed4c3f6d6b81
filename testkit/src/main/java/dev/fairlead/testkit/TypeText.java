package dev.fairlead.testkit;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Types as a {@link PublicApi} shows them: with their arguments, a question mark behind what may be
 * null, and without the packages that everybody knows. The same on every JDK.
 */
final class TypeText {
  private TypeText() {}

  static String of(AnnotatedType type) {
    String nullable = Arrays.stream(type.getAnnotations())
            .anyMatch(a -> a.annotationType().getSimpleName().equals("Nullable"))
        ? "?"
        : "";
    if (type instanceof AnnotatedParameterizedType parameterized) {
      Type raw = ((ParameterizedType) parameterized.getType()).getRawType();
      return of(raw)
          + Arrays.stream(parameterized.getAnnotatedActualTypeArguments())
              .map(TypeText::of)
              .collect(Collectors.joining(", ", "<", ">"))
          + nullable;
    } else if (type instanceof AnnotatedArrayType array) {
      return of(array.getAnnotatedGenericComponentType()) + "[]" + nullable;
    } else if (type instanceof AnnotatedWildcardType wildcard) {
      if (wildcard.getAnnotatedLowerBounds().length > 0) {
        return "? super " + of(wildcard.getAnnotatedLowerBounds()[0]);
      }
      String bound = of(wildcard.getAnnotatedUpperBounds()[0]);
      return bound.equals("Object") ? "?" : "? extends " + bound;
    }
    return of(type.getType()) + nullable;
  }

  static String declaration(TypeVariable<?> variable) {
    String bounds = Arrays.stream(variable.getAnnotatedBounds())
        .map(TypeText::of)
        .collect(Collectors.joining(" & "));
    return bounds.equals("Object") ? variable.getName() : variable.getName() + " extends " + bounds;
  }

  private static String of(Type type) {
    return type instanceof Class<?> c ? name(c) : type.getTypeName();
  }

  static String name(Class<?> type) {
    String full = String.valueOf(type.getCanonicalName());
    String home = type.getPackageName();
    boolean known = home.startsWith("java.") || home.startsWith("dev.fairlead");
    return known && !type.isPrimitive() ? full.substring(home.length() + 1) : full;
  }
}
