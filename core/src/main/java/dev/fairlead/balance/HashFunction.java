package dev.fairlead.balance;

import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * Turns the bytes of a key into a number. {@link #XX64} is the one to choose; the others are HAProxy's,
 * to keep a mapping when moving from it. An immutable value.
 */
public final class HashFunction {
  /** xxHash64 (Collet), 64 bits, seed 0: even for every kind of key; the default. */
  public static final HashFunction XX64 =
      new HashFunction("XX64", k -> XxHash64.hash(k.bytes(), 0, k.length(), 0));

  /** {@code h = c + (h << 6) + (h << 16) − h}, 32 bits: HAProxy's default. Short keys stay close together. */
  public static final HashFunction SDBM = new HashFunction("SDBM", ClassicHashes::sdbm);

  /** {@code h = 33·h + c} from 5381, 32 bits (HAProxy). Short keys stay close together. */
  public static final HashFunction DJB2 = new HashFunction("DJB2", ClassicHashes::djb2);

  /** HAProxy's own mix of rotations, 32 bits. */
  public static final HashFunction WT6 = new HashFunction("WT6", ClassicHashes::wt6);

  /** CRC-32 as of zip and Ethernet, 32 bits (HAProxy, Nginx). */
  public static final HashFunction CRC32 =
      new HashFunction("CRC32", k -> Integer.toUnsignedLong(Crc32.of(k)));

  /**
   * The exclusive or of the key's whole 4-byte words, big-endian, 32 bits: what HAProxy's {@code balance
   * source} does with an address, whatever its {@code hash-type} says.
   */
  public static final HashFunction FOLD = new HashFunction("FOLD", ClassicHashes::fold);

  private final String name;
  private final ToLongFunction<KeyBuffer> function;

  private HashFunction(String name, ToLongFunction<KeyBuffer> function) {
    this.name = name;
    this.function = function;
  }

  /**
   * The same with HAProxy's {@code avalanche} after it: one changed bit of the key changes half of the
   * result's. Makes a 32-bit result of a 64-bit one.
   *
   * @return the changed copy
   */
  public HashFunction avalanche() {
    ToLongFunction<KeyBuffer> inner = function;
    return new HashFunction(
        name + ".avalanche()",
        k -> Integer.toUnsignedLong(ClassicHashes.avalanche((int) inner.applyAsLong(k))));
  }

  /** The number, 32-bit ones as unsigned. */
  long hash(KeyBuffer key) {
    return function.applyAsLong(key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HashFunction that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
