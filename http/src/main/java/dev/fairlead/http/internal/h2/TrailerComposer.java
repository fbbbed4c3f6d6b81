package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Fault;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Limits;
import org.jspecify.annotations.Nullable;

/** Makes a trailer section of a header block (RFC 9113 §8.1). For one section. */
final class TrailerComposer implements FieldSink {
  private final Limits limits;
  private final Fields fields = new Fields();
  private boolean bad;

  TrailerComposer(Limits limits) {
    this.limits = limits;
  }

  @Override
  public void field(
      byte[] name,
      int nameFrom,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength,
      boolean neverIndexed) {
    bad = bad
        || fields.add(name, nameFrom, nameLength, value, valueFrom, valueLength, limits)
            == Fields.FAULT;
    if (neverIndexed && !bad) {
      fields.keepSecret();
    }
  }

  /** {@return whether that is all that is wrong} */
  boolean tooLarge() {
    return bad && fields.fault() == Fault.HEAD_TOO_LARGE;
  }

  /** {@return the section; null where it is none} */
  @Nullable
  Fields fields() {
    return bad || fields.unfitForTrailers() ? null : fields;
  }
}
