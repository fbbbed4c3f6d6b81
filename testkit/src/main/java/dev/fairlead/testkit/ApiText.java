package dev.fairlead.testkit;

import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One type of a {@link PublicApi}: its header and its public and protected members, sorted. */
final class ApiText {
  private static final Set<String> OBJECTS = Set.of("equals", "hashCode", "toString");

  private ApiText() {}

  static String of(Class<?> type) {
    Set<String> members = new TreeSet<>();
    for (Field field : type.getDeclaredFields()) {
      if (visible(field) && !field.isEnumConstant()) {
        members.add(
            modifiers(field) + TypeText.of(field.getAnnotatedType()) + " " + field.getName());
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (visible(constructor) && !type.isRecord()) {
        members.add(modifiers(constructor) + "new" + parameters(constructor));
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (visible(method) && !implied(type, method)) {
        members.add(modifiers(method) + typeParameters(method)
            + TypeText.of(method.getAnnotatedReturnType()) + " " + method.getName()
            + parameters(method));
      }
    }
    StringBuilder text = new StringBuilder(header(type)).append('\n');
    if (type.isEnum()) {
      for (Object constant : type.getEnumConstants()) {
        text.append("  ").append(((Enum<?>) constant).name()).append('\n');
      }
    }
    members.forEach(member -> text.append("  ").append(member).append('\n'));
    return text.toString();
  }

  static boolean visible(Class<?> type) {
    Class<?> outer = type.getDeclaringClass();
    return !type.isSynthetic()
        && !type.isAnonymousClass()
        && !type.isLocalClass()
        && shown(type.getModifiers())
        && (outer == null || visible(outer));
  }

  private static boolean visible(Member member) {
    return shown(member.getModifiers()) && !member.isSynthetic();
  }

  private static boolean shown(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }

  /** What every object, record or enum has. */
  private static boolean implied(Class<?> type, Method method) {
    if (OBJECTS.contains(method.getName())) {
      return true;
    }
    if (type.isEnum()) {
      return method.getName().equals("values") || method.getName().equals("valueOf");
    }
    return type.isRecord()
        && method.getParameterCount() == 0
        && Arrays.stream(type.getRecordComponents())
            .anyMatch(c -> c.getName().equals(method.getName()));
  }

  private static String header(Class<?> type) {
    String kind = type.isRecord()
        ? "record "
        : type.isEnum()
            ? "enum "
            : type.isAnnotation() ? "@interface " : type.isInterface() ? "interface " : "class ";
    String sealed = type.isSealed() ? "sealed " : "";
    String components = type.isRecord()
        ? Arrays.stream(type.getRecordComponents())
            .map(c -> TypeText.of(c.getAnnotatedType()) + " " + c.getName())
            .collect(Collectors.joining(", ", "(", ")"))
        : "";
    int plain = type.isEnum() || type.isRecord() || type.isInterface()
        ? type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)
        : type.getModifiers() & ~Modifier.STATIC;
    return Modifier.toString(plain) + " " + sealed + kind + TypeText.name(type)
        + typeParameters(type).strip() + components + supertypes(type);
  }

  private static String supertypes(Class<?> type) {
    List<String> names = new ArrayList<>();
    AnnotatedType superclass = type.getAnnotatedSuperclass();
    if (superclass != null
        && !type.isEnum()
        && !type.isRecord()
        && superclass.getType() != Object.class) {
      names.add(TypeText.of(superclass));
    }
    Stream.of(type.getAnnotatedInterfaces()).map(TypeText::of).forEach(names::add);
    return names.isEmpty() ? "" : " : " + String.join(", ", names);
  }

  private static String modifiers(Member member) {
    boolean contract = member.getDeclaringClass().isInterface();
    List<String> words = new ArrayList<>();
    if (Modifier.isProtected(member.getModifiers())) {
      words.add("protected");
    }
    if (Modifier.isStatic(member.getModifiers())) {
      words.add("static");
    }
    if (member instanceof Method method && method.isDefault()) {
      words.add("default");
    }
    if (!contract && Modifier.isAbstract(member.getModifiers())) {
      words.add("abstract");
    }
    return words.isEmpty() ? "" : String.join(" ", words) + " ";
  }

  private static String typeParameters(GenericDeclaration declared) {
    return declared.getTypeParameters().length == 0
        ? ""
        : Arrays.stream(declared.getTypeParameters())
            .map(TypeText::declaration)
            .collect(Collectors.joining(", ", "<", "> "));
  }

  private static String parameters(Executable executable) {
    List<AnnotatedType> types = executable.getParameterCount() == 0
        ? Collections.emptyList()
        : List.of(executable.getAnnotatedParameterTypes());
    String list = types.stream().map(TypeText::of).collect(Collectors.joining(", ", "(", ")"));
    if (executable.isVarArgs()) {
      list = list.substring(0, list.length() - "[])".length()) + "...)";
    }
    String thrown = Stream.of(executable.getAnnotatedExceptionTypes())
        .map(TypeText::of)
        .collect(Collectors.joining(", "));
    return thrown.isEmpty() ? list : list + " throws " + thrown;
  }
}
