package dev.fairlead.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** What a certificate says, as it stands in a field. */
final class CertificateFieldsTest {
  @Test
  void a_common_name_can_neither_end_its_field_nor_be_trimmed_nor_pass_for_another() {
    assertThat(CertificateFields.text("device-7")).isEqualTo("device-7");
    assertThat(CertificateFields.text("a\r\nX-Admin: 1")).isEqualTo("a\\0D\\0AX-Admin: 1");
    assertThat(CertificateFields.text("a\0\t\u007f")).isEqualTo("a\\00\\09\\7F");
    assertThat(CertificateFields.text("a\\0D")).isEqualTo("a\\5C0D");
    assertThat(CertificateFields.text(" a b ")).isEqualTo("\\20a b\\20");
    assertThat(CertificateFields.text("\u00e9\u0085")).isEqualTo("\\C3\\A9\\C2\\85");
    assertThat(CertificateFields.text(null)).isEmpty();
  }

  @Test
  void a_subject_keeps_its_own_escapes() {
    assertThat(CertificateFields.subject("CN=a\\,b,O=c")).isEqualTo("CN=a\\,b,O=c");
    assertThat(CertificateFields.subject("CN=a\r\nb")).isEqualTo("CN=a\\0D\\0Ab");
    assertThat(CertificateFields.subject("CN=a\\\\\r")).isEqualTo("CN=a\\\\\\0D");
    assertThat(CertificateFields.subject("CN=a\\ ")).isEqualTo("CN=a\\20");
    assertThat(CertificateFields.subject("CN=\u00e9")).isEqualTo("CN=\\C3\\A9");
  }

  @Test
  void a_serial_number_has_two_digits_for_each_byte() {
    assertThat(CertificateFields.serial(new BigInteger("a1", 16))).isEqualTo("A1");
    assertThat(CertificateFields.serial(new BigInteger("fa1", 16))).isEqualTo("0FA1");
    assertThat(CertificateFields.serial(new BigInteger("-1"))).isEqualTo("-01");
  }
}
