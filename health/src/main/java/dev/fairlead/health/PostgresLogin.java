package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server asks of a user who wants in, and how a password answers it. */
final class PostgresLogin {
  static final int LET_IN = 0;
  static final int CLEAR_TEXT = 3;
  static final int MD5 = 5;
  static final int SASL = 10;
  static final int SASL_CONTINUE = 11;
  static final int SASL_FINAL = 12;

  private static final String SCRAM = "SCRAM-SHA-256";

  private PostgresLogin() {}

  /** For people. */
  static String kind(int request, ByteBuffer rest) {
    return switch (request) {
      case 2 -> "Kerberos";
      case CLEAR_TEXT -> "password";
      case MD5 -> "password, MD5";
      case 7 -> "GSSAPI";
      case 9 -> "SSPI";
      case SASL -> "password, " + String.join(" or ", mechanisms(rest));
      default -> throw new CorruptedFrameException("authentication of kind " + request);
    };
  }

  private static List<String> mechanisms(ByteBuffer names) {
    List<String> mechanisms = new ArrayList<>();
    for (String name = Conversation.text(names); !name.isEmpty(); name = Conversation.text(names)) {
      mechanisms.add(name);
    }
    return mechanisms;
  }

  /** The answer to a request for a password; null when it is asked for in a way unknown here. */
  static byte @Nullable [] answer(
      int request, ByteBuffer rest, String user, String password, Scram scram) {
    return switch (request) {
      case CLEAR_TEXT -> ended(password);
      case MD5 -> ended("md5" + md5(concat(bytes(md5(bytes(password + user))), salt(rest))));
      case SASL -> mechanisms(rest).contains(SCRAM) ? initial(scram.clientFirst()) : null;
      default -> null;
    };
  }

  private static byte[] initial(String message) {
    byte[] name = ended(SCRAM);
    byte[] first = bytes(message);
    return ByteBuffer.allocate(name.length + Integer.BYTES + first.length)
        .put(name)
        .putInt(first.length)
        .put(first)
        .array();
  }

  private static byte[] salt(ByteBuffer rest) {
    byte[] salt = new byte[4];
    rest.get(salt);
    return salt;
  }

  private static byte[] ended(String text) {
    return bytes(text + '\0');
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
