package dev.fairlead.http.internal.h1;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An index over the field lines of a head or of a trailer section, whose bytes are kept as they came. A field
 * that is not to be passed on stays, and is marked. Used again for the next head; on one event loop only.
 */
public final class Fields {
  /** What {@link #add} returns for a field that may not be there. */
  public static final int FAULT = Lines.FAULT;

  /** For each field: start of its line, end of its name, start and end of its value, its name's number. */
  private static final int STRIDE = 5;

  private static final int FIRST_COUNT = 16;
  private static final int KEPT_COUNT = 128;

  private static final int DROPPED = 1 << 8;
  /** To be kept out of compression (RFC 7541 §7.1.3). */
  private static final int SECRET = 1 << 9;

  private static final byte[] COLON = Ascii.bytes(": ");

  private final Lines lines = new Lines();
  private int[] index = new int[FIRST_COUNT * STRIDE];
  private int count;

  /** An empty block. */
  public Fields() {}

  void reset() {
    lines.reset();
    count = 0;
    if (index.length > KEPT_COUNT * STRIDE) {
      index = new int[FIRST_COUNT * STRIDE];
    }
  }

  /** Becomes what another one is. Only while empty. */
  void copy(Fields other) {
    lines.copy(other.lines);
    if (index.length < other.count * STRIDE) {
      index = new int[other.index.length];
    }
    System.arraycopy(other.index, 0, index, 0, other.count * STRIDE);
    count = other.count;
  }

  /** The bytes, of which the head's owner reads one line after the other. */
  Lines lines() {
    return lines;
  }

  byte[] bytes() {
    return lines.bytes();
  }

  /** {@return bytes received so far} */
  public int length() {
    return lines.length();
  }

  /** {@return what is wrong} */
  public Fault fault() {
    return lines.fault();
  }

  /** Indexes the current line as a field. */
  int addField(int mostFields, Relaxed relaxed) {
    byte[] b = lines.bytes();
    int lineStart = lines.start();
    int lineEnd = lines.end();
    int colon = lineStart;
    if (relaxed.folded() && count > 0 && Ascii.isSpace(b[colon])) {
      unfold();
      return Lines.LINE;
    }
    while (colon < lineEnd && Ascii.isToken(b[colon])) {
      colon++;
    }
    if (colon == lineStart || colon == lineEnd || b[colon] != ':') {
      return lines.fault(Fault.BAD);
    }
    if (count == mostFields) {
      return lines.fault(Fault.HEAD_TOO_LARGE);
    }
    int from = colon + 1;
    int to = lineEnd;
    while (from < to && Ascii.isSpace(b[from])) {
      from++;
    }
    while (to > from && Ascii.isSpace(b[to - 1])) {
      to--;
    }
    int at = count * STRIDE;
    if (at == index.length) {
      index = Arrays.copyOf(index, at * 2);
    }
    int name = Name.of(b, lineStart, colon);
    index[at] = lineStart;
    index[at + 1] = colon;
    index[at + 2] = from;
    index[at + 3] = to;
    index[at + 4] = Name.hopByHop(name) ? name | DROPPED : name;
    count++;
    lines.next();
    return Lines.LINE;
  }

  /** The current line belongs to the field before it: both become one line, in place. */
  private void unfold() {
    byte[] bytes = lines.bytes();
    int lineStart = lines.start();
    bytes[lineStart - 2] = ' ';
    bytes[lineStart - 1] = ' ';
    int at = (count - 1) * STRIDE;
    int from = index[at + 2];
    int to = lines.end();
    while (to > from && Ascii.isSpace(bytes[to - 1])) {
      to--;
    }
    while (from < to && Ascii.isSpace(bytes[from])) {
      from++;
    }
    index[at + 2] = from;
    index[at + 3] = to;
    lines.next();
  }

  /** {@return how many fields there are, those that are dropped included} */
  public int count() {
    return count;
  }

  int name(int field) {
    return index[field * STRIDE + 4] & ~(DROPPED | SECRET);
  }

  int start(int field) {
    return index[field * STRIDE];
  }

  int nameEnd(int field) {
    return index[field * STRIDE + 1];
  }

  int from(int field) {
    return index[field * STRIDE + 2];
  }

  int to(int field) {
    return index[field * STRIDE + 3];
  }

  /** Where a field's line ends, its CRLF included. */
  int end(int field) {
    return field + 1 < count ? index[(field + 1) * STRIDE] : lines.start();
  }

  boolean dropped(int field) {
    return (index[field * STRIDE + 4] & DROPPED) != 0;
  }

  void drop(int field) {
    index[field * STRIDE + 4] |= DROPPED;
  }

  /** Drops all fields of a name. */
  public void dropNamed(CharSequence name) {
    for (int i = 0; i < count; i++) {
      if (is(i, name)) {
        drop(i);
      }
    }
  }

  /**
   * Drops all fields that a server might take for one of a name: many make the same variable of {@code -} and
   * of {@code _} (RFC 3875 §4.1.18).
   */
  public void dropLike(String name) {
    for (int i = 0; i < count; i++) {
      if (isLike(i, name)) {
        drop(i);
      }
    }
  }

  private boolean isLike(int field, String name) {
    byte[] bytes = lines.bytes();
    int from = start(field);
    int length = name.length();
    if (nameEnd(field) - from != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (plain(bytes[from + i]) != plain((byte) name.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static byte plain(byte c) {
    return c == '_' ? (byte) '-' : Ascii.lower(c);
  }

  /**
   * Whether there are fields that would pass whose names have other characters than letters, digits and
   * hyphens; drops them, where that is wanted.
   */
  public boolean unusualNames(boolean drop) {
    boolean found = false;
    for (int i = 0; i < count; i++) {
      if (!dropped(i) && unusual(i)) {
        found = true;
        if (drop) {
          drop(i);
        }
      }
    }
    return found;
  }

  private boolean unusual(int field) {
    byte[] bytes = lines.bytes();
    for (int i = start(field); i < nameEnd(field); i++) {
      byte c = bytes[i];
      if (c != '-' && !Ascii.isDigit(c) && (Ascii.lower(c) < 'a' || Ascii.lower(c) > 'z')) {
        return true;
      }
    }
    return false;
  }

  /** Drops all fields of a name, given as a range of other bytes. */
  void dropNamed(byte[] other, int from, int to) {
    byte[] bytes = lines.bytes();
    for (int i = 0; i < count; i++) {
      if (nameEnd(i) - start(i) == to - from) {
        int n = 0;
        while (n < to - from && Ascii.lower(bytes[start(i) + n]) == Ascii.lower(other[from + n])) {
          n++;
        }
        if (n == to - from) {
          drop(i);
        }
      }
    }
  }

  /** Drops all fields of a name, given as a range of the bytes; protected ones stay. */
  void dropAll(int from, int to) {
    int known = Name.of(lines.bytes(), from, to);
    if (Name.protectedName(known)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (nameEnd(i) - start(i) == to - from && sameIgnoreCase(start(i), from, to - from)) {
        drop(i);
      }
    }
  }

  private boolean sameIgnoreCase(int a, int b, int n) {
    byte[] bytes = lines.bytes();
    for (int i = 0; i < n; i++) {
      if (Ascii.lower(bytes[a + i]) != Ascii.lower(bytes[b + i])) {
        return false;
      }
    }
    return true;
  }

  boolean valueIs(int field, byte[] lowerCase) {
    return Ascii.same(lines.bytes(), from(field), to(field), lowerCase);
  }

  /**
   * Finds the first field of a name.
   *
   * @param name the name in any case
   * @return its number, or -1
   */
  public int find(CharSequence name) {
    for (int i = 0; i < count; i++) {
      if (is(i, name)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether there is a field of a name that is not dropped. */
  boolean passes(CharSequence name) {
    for (int i = 0; i < count; i++) {
      if (!dropped(i) && is(i, name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether there is exactly one field of a name. */
  boolean once(int name) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      found += name(i) == name ? 1 : 0;
    }
    return found == 1;
  }

  /** Whether one of the fields of a name has an element that begins with a word, in lower case. */
  boolean lists(int name, byte[] word) {
    for (int i = 0; i < count; i++) {
      if (name(i) == name && HopByHop.names(lines.bytes(), from(i), to(i), word)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Adds a line of ours behind all others, as if it had been received. Only behind the end of the head.
   *
   * @param line with its CRLF
   */
  void addLine(byte[] line) {
    lines.replaceEmpty(line);
    addField(Integer.MAX_VALUE, Relaxed.NOTHING);
  }

  /** Whether a field has a name, in any case. */
  boolean is(int field, CharSequence name) {
    return Ascii.same(lines.bytes(), start(field), nameEnd(field), name);
  }

  /** The value of a field as text. */
  @Nullable
  String value(int field) {
    return field < 0 ? null : lines.text(from(field), to(field));
  }

  /** Writes all lines that are not dropped, as they came, in long runs. */
  void writeTo(ByteBuf out) {
    writeTo(out, 0, count);
  }

  /** Writes the lines of some fields. */
  void writeTo(ByteBuf out, int first, int behind) {
    byte[] bytes = lines.bytes();
    int run = -1;
    for (int i = first; i < behind; i++) {
      if (dropped(i)) {
        if (run >= 0) {
          out.writeBytes(bytes, run, start(i) - run);
          run = -1;
        }
      } else if (run < 0) {
        run = start(i);
      }
    }
    if (run >= 0) {
      out.writeBytes(bytes, run, end(behind - 1) - run);
    }
  }

  /**
   * Adds a field that did not come as text, and checks it as if it had.
   *
   * @param name in lower case
   * @param value without white space around it
   * @param limits of the whole block
   * @return {@link Lines#LINE}, or {@link #FAULT}; see {@link #fault()}
   */
  public int add(
      byte[] name,
      int nameFrom,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength,
      Limits limits) {
    if (lines.length() + nameLength + valueLength + 4 > limits.head()) {
      return lines.fault(Fault.HEAD_TOO_LARGE);
    }
    for (int i = nameFrom; i < nameFrom + nameLength; i++) {
      if (!Ascii.isToken(name[i]) || Ascii.isUpper(name[i])) {
        return lines.fault(Fault.BAD);
      }
    }
    for (int i = valueFrom; i < valueFrom + valueLength; i++) {
      if (!Ascii.isText(value[i])) {
        return lines.fault(Fault.BAD);
      }
    }
    if (valueLength > 0
        && (Ascii.isSpace(value[valueFrom]) || Ascii.isSpace(value[valueFrom + valueLength - 1]))) {
      return lines.fault(Fault.BAD); // RFC 9113 §8.2.1
    }
    lines.append(name, nameFrom, nameLength);
    lines.append(COLON, 0, COLON.length);
    lines.append(value, valueFrom, valueLength);
    lines.endAppended();
    return addField(limits.fields(), Relaxed.NOTHING);
  }

  /** The field that was added last must not get into any table on its way (RFC 7541 §6.2.3). */
  public void keepSecret() {
    index[(count - 1) * STRIDE + 4] |= SECRET;
  }

  /** {@return whether it has no field} */
  public boolean isEmpty() {
    return count == 0;
  }

  /** {@return whether there is a field of a name that frames or routes, and so may not be in trailers} */
  public boolean unfitForTrailers() {
    for (int i = 0; i < count; i++) {
      if (Name.forbiddenInTrailers(name(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Hands over all fields that are not dropped.
   *
   * @param sink gets ranges of this block's bytes
   */
  public void forEach(Sink sink) {
    for (int i = 0; i < count; i++) {
      if (!dropped(i)) {
        tell(i, sink);
      }
    }
  }

  /**
   * As {@link #forEach(Sink)}, without some fields.
   *
   * @param but their names, in lower case
   */
  public void forEach(Sink sink, byte[]... but) {
    for (int i = 0; i < count; i++) {
      if (!dropped(i) && !isOneOf(i, but)) {
        tell(i, sink);
      }
    }
  }

  private boolean isOneOf(int field, byte[][] names) {
    for (byte[] name : names) {
      if (Ascii.same(lines.bytes(), start(field), nameEnd(field), name)) {
        return true;
      }
    }
    return false;
  }

  private void tell(int i, Sink sink) {
    boolean secret = (index[i * STRIDE + 4] & SECRET) != 0;
    sink.field(lines.bytes(), start(i), nameEnd(i) - start(i), from(i), to(i) - from(i), secret);
  }

  /** Takes fields. */
  public interface Sink {
    /** One field: its name and its value lie in the bytes; a secret one must stay out of compression. */
    void field(
        byte[] bytes, int nameFrom, int nameLength, int valueFrom, int valueLength, boolean secret);

    /** A field of a known name. */
    void field(byte[] name, byte[] value, int from, int length);
  }
}
