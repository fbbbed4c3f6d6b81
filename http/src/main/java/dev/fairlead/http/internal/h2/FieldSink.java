package dev.fairlead.http.internal.h2;

/** Hears the fields of a header block, one after the other. */
public interface FieldSink {
  /**
   * Takes a field. Nothing was checked but the compression: the bytes may be any.
   *
   * @param name holds the name; valid during the call only, not to be changed
   * @param nameFrom where the name begins
   * @param nameLength how long it is
   * @param value holds the value; valid during the call only, not to be changed
   * @param valueFrom where the value begins
   * @param valueLength how long it is
   * @param neverIndexed whether the next hop, too, must be sent it as never to be indexed (RFC 7541 §6.2.3)
   */
  void field(
      byte[] name,
      int nameFrom,
      int nameLength,
      byte[] value,
      int valueFrom,
      int valueLength,
      boolean neverIndexed);
}
