package dev.fairlead.http.internal.h2;

import dev.fairlead.http.internal.h1.Fault;
import dev.fairlead.http.internal.h1.Fields;
import dev.fairlead.http.internal.h1.Limits;

/** Makes a trailer section of a header block (RFC 9113 §8.1). For one section. */
final class TrailerComposer implements FieldSink {
  private final Limits limits;
  private final Fields fields;
  private boolean bad;

  TrailerComposer(Fields fields, Limits limits) {
    this.fields = fields;
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

  /** {@return whether all that came may stand in trailers} */
  boolean sound() {
    return !bad && !fields.unfitForTrailers();
  }
}
