package dev.fairlead.health;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Questions and the heads of answers in the format of RFC 1035 §4.1. */
final class DnsMessage {
  private static final int HEAD = 12;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int RESPONSE = 0x8000;
  private static final int CODE = 0x000F;
  private static final int INTERNET = 1;
  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_NAME = 253;

  private static final Map<String, Integer> TYPES = Map.ofEntries(
      Map.entry("A", 1),
      Map.entry("NS", 2),
      Map.entry("CNAME", 5),
      Map.entry("SOA", 6),
      Map.entry("PTR", 12),
      Map.entry("MX", 15),
      Map.entry("TXT", 16),
      Map.entry("AAAA", 28),
      Map.entry("SRV", 33),
      Map.entry("DS", 43),
      Map.entry("RRSIG", 46),
      Map.entry("DNSKEY", 48),
      Map.entry("SVCB", 64),
      Map.entry("HTTPS", 65));

  /** By their numbers: RFC 1035 §4.1.1, RFC 2136 §2.2. */
  private static final List<String> CODES = List.of(
      "NOERROR",
      "FORMERR",
      "SERVFAIL",
      "NXDOMAIN",
      "NOTIMP",
      "REFUSED",
      "YXDOMAIN",
      "YXRRSET",
      "NXRRSET",
      "NOTAUTH",
      "NOTZONE");

  private DnsMessage() {}

  /** A name as it may be asked for: labels of visible ASCII, without or with the dot at the end. */
  static String name(String name) {
    String labels = relative(Objects.requireNonNull(name, "name"));
    boolean good = !name.isEmpty() && labels.length() <= LONGEST_NAME;
    for (String label : labels.isEmpty() ? new String[0] : labels.split("\\.", -1)) {
      good = good && !label.isEmpty() && label.length() <= LONGEST_LABEL;
    }
    boolean visible = labels.chars().allMatch(c -> c > ' ' && c <= '~');
    return Arguments.require(
        good && visible, "name", Reasons.line(name), "a domain name in ASCII, or '.'");
  }

  private static String relative(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  static int type(String name) {
    Integer known = TYPES.get(Objects.requireNonNull(name, "type"));
    if (known != null) {
      return known;
    }
    boolean number = name.matches("TYPE\\d{1,5}");
    int type = number ? Integer.parseInt(name.substring("TYPE".length())) : 0;
    Arguments.require(
        type > 0 && type < 1 << Short.SIZE,
        "type",
        Reasons.line(name),
        "A, AAAA, SOA or another type of record, or TYPE65 for a number");
    return type;
  }

  static int code(String name) {
    int code = CODES.indexOf(Objects.requireNonNull(name, "code"));
    Arguments.require(code >= 0, "code", Reasons.line(name), "one of " + CODES);
    return code;
  }

  static byte[] question(int id, String name, String type) {
    ByteBuffer message = ByteBuffer.allocate(HEAD + relative(name).length() + 2 + 4);
    message.putShort((short) id).putShort((short) RECURSION_DESIRED).putShort((short) 1);
    message.position(HEAD);
    for (String label : relative(name).split("\\.", -1)) {
      message.put((byte) label.length()).put(label.getBytes(US_ASCII));
    }
    if (message.position() > HEAD + 1) { // the root has no label but the empty one
      message.put((byte) 0);
    }
    message.putShort((short) type(type)).putShort((short) INTERNET);
    return Arrays.copyOf(message.array(), message.position());
  }

  static boolean sameId(byte[] question, byte[] answer) {
    return answer.length >= 2 && answer[0] == question[0] && answer[1] == question[1];
  }

  /** What makes it no answer to the question; null when it is one. */
  static @Nullable String wrong(byte[] question, byte[] answer) {
    if (answer.length < HEAD) {
      return "malformed DNS answer: " + answer.length + " bytes";
    } else if ((number(answer, 2) & RESPONSE) == 0) {
      return "a question instead of an answer";
    }
    int questions = number(answer, 4);
    boolean unread = questions == 0 && (number(answer, 2) & CODE) != 0;
    return unread || (questions == 1 && asks(question, answer))
        ? null
        : "answer to another question";
  }

  /** Servers may change the case of the name's letters. */
  private static boolean asks(byte[] question, byte[] answer) {
    int type = question.length - 2 * Short.BYTES;
    boolean same = answer.length >= question.length;
    for (int i = HEAD; same && i < question.length; i++) {
      same = i < type ? lower(question[i]) == lower(answer[i]) : question[i] == answer[i];
    }
    return same;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 'a' - 'A' : b;
  }

  static String codeOf(byte[] answer) {
    int code = number(answer, 2) & CODE;
    return code < CODES.size() ? CODES.get(code) : "RCODE" + code;
  }

  static int answers(byte[] answer) {
    return number(answer, 6);
  }

  private static int number(byte[] message, int at) {
    return Byte.toUnsignedInt(message[at]) << Byte.SIZE | Byte.toUnsignedInt(message[at + 1]);
  }
}
