package dev.fairlead.internal.tls;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a file in PEM (RFC 7468). Text between blocks is a comment.
 *
 * @param label what it is, for example {@code CERTIFICATE}
 * @param body the Base64 text, with the headers of old encrypted keys
 */
record Pem(String label, String body) {
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");

  /** All blocks of a text, in order. */
  static List<Pem> blocks(String text) throws GeneralSecurityException {
    List<Pem> blocks = new ArrayList<>();
    Matcher begin = BEGIN.matcher(text);
    int at = 0;
    while (begin.find(at)) {
      String label = begin.group(1);
      String mark = "-----END " + label + "-----";
      int end = text.indexOf(mark, begin.end());
      if (end < 0) {
        throw new GeneralSecurityException("bad PEM: no " + mark);
      }
      blocks.add(new Pem(label, text.substring(begin.end(), end)));
      at = end + mark.length();
    }
    return blocks;
  }

  boolean isCertificate() {
    return label.equals("CERTIFICATE") || label.equals("X509 CERTIFICATE");
  }

  boolean isKey() {
    return label.endsWith("PRIVATE KEY");
  }

  /** Whether it is encrypted in OpenSSL's old way, by a header. */
  boolean hasHeaders() {
    return body.contains(":");
  }

  byte[] der() throws GeneralSecurityException {
    try {
      return Base64.getMimeDecoder().decode(checked());
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("bad PEM: no Base64 in " + label, e);
    }
  }

  /** The MIME decoder skips what is no Base64, so that damage would show late and in odd words. */
  private String checked() {
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      boolean base64 = (c >= 'A' && c <= 'Z')
          || (c >= 'a' && c <= 'z')
          || (c >= '0' && c <= '9')
          || "+/=".indexOf(c) >= 0;
      if (!base64 && !Character.isWhitespace(c)) {
        throw new IllegalArgumentException("'" + c + "'");
      }
    }
    return body;
  }
}
