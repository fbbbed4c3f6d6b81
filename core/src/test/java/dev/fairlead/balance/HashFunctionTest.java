package dev.fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashFunctionTest {
  private static long hash(HashFunction function, String text) {
    KeyBuffer key = new KeyBuffer();
    key.write(text);
    return function.hash(key);
  }

  /** From HAProxy 2.6's converters of the same names, without and with avalanche. */
  @ParameterizedTest
  @CsvSource({
    "SDBM, k0, 7019141, 2740271506",
    "SDBM, k1, 7019142, 1839135170",
    "SDBM, '', 0, 2874071335",
    "SDBM, abcdefghijklmnopqrstuvwxyz, 2808699725, 954923434",
    "SDBM, 0123456789ABCDEF, 2582676808, 2472734210",
    "DJB2, k0, 5863488, 1756083742",
    "DJB2, k1, 5863489, 190503174",
    "DJB2, '', 5381, 3719394183",
    "DJB2, abcdefghijklmnopqrstuvwxyz, 3927029252, 1385551982",
    "DJB2, 0123456789ABCDEF, 2282603975, 2889424682",
    "WT6, k0, 3535319550, 755799632",
    "WT6, k1, 3552096766, 1510114238",
    "WT6, '', 4187620192, 2385687481",
    "WT6, abcdefghijklmnopqrstuvwxyz, 3554310958, 271956344",
    "WT6, 0123456789ABCDEF, 1386519438, 1700068991",
    "CRC32, k0, 3775500351, 3070483159",
    "CRC32, k1, 2517541033, 357155266",
    "CRC32, '', 0, 2874071335",
    "CRC32, abcdefghijklmnopqrstuvwxyz, 1277644989, 2256009420",
    "CRC32, 0123456789ABCDEF, 2554083253, 1596767775",
  })
  void haproxys_functions_give_haproxys_numbers(
      String name, String text, long plain, long avalanched) {
    HashFunction function = switch (name) {
      case "SDBM" -> HashFunction.SDBM;
      case "DJB2" -> HashFunction.DJB2;
      case "WT6" -> HashFunction.WT6;
      default -> HashFunction.CRC32;
    };
    assertThat(hash(function, text)).isEqualTo(plain);
    assertThat(hash(function.avalanche(), text)).isEqualTo(avalanched);
  }

  /** From xxHash's own program and the test vectors of its ports. */
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "abc, 44bc2cf5ad770999",
    "Nobody inspects the spammish repetition, fbcea83c8a378bf1",
  })
  void xx64_gives_the_published_numbers(String text, String expected) {
    assertThat(hash(HashFunction.XX64, text)).isEqualTo(Long.parseUnsignedLong(expected, 16));
  }

  @Test
  void xx64_heeds_every_byte_at_every_length() {
    for (int length = 1; length < 100; length++) {
      String text = IntStream.range(0, length)
          .mapToObj(i -> Character.toString('a' + i % 26))
          .collect(Collectors.joining());
      long whole = hash(HashFunction.XX64, text);
      for (int i = 0; i < length; i++) {
        String other = text.substring(0, i) + "~" + text.substring(i + 1);
        assertThat(hash(HashFunction.XX64, other)).isNotEqualTo(whole);
      }
    }
  }

  @Test
  void fold_is_the_exclusive_or_of_whole_words() {
    KeyBuffer key = new KeyBuffer();
    byte[] bytes = {1, 2, 3, 4, 16, 32, 64, -128, 9};
    key.write(bytes, 0, bytes.length);
    assertThat(HashFunction.FOLD.hash(key)).isEqualTo(0x11224384L);
  }

  @Test
  void a_key_may_come_in_pieces_and_beyond_16_kib_only_its_beginning_counts() {
    String text = "0123456789".repeat(10_000);
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    long expected = XxHash64.hash(bytes, 0, 16 * 1024, 0);
    assertThat(hash(HashFunction.XX64, text)).isEqualTo(expected);
    KeyBuffer inPieces = new KeyBuffer();
    inPieces.write(text.substring(0, 3));
    inPieces.write(bytes, 3, 10_000);
    for (int i = 10_003; i < 17_000; i++) {
      inPieces.write(bytes[i]);
    }
    inPieces.write(bytes, 17_000, 1_000);
    assertThat(HashFunction.XX64.hash(inPieces)).isEqualTo(expected);
  }

  @Test
  void a_function_is_named_by_its_constant() {
    assertThat(HashFunction.SDBM.avalanche()).hasToString("SDBM.avalanche()");
    assertThat(HashFunction.SDBM.avalanche()).isEqualTo(HashFunction.SDBM.avalanche());
    assertThat(HashFunction.SDBM).isNotEqualTo(HashFunction.DJB2);
  }
}
