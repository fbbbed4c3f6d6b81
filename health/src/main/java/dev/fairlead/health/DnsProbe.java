package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Asks a DNS server one question by UDP (keepalived: {@code DNS_CHECK}; RFC 1035). Made by {@link Probes#dns}.
 * It passes when the answer has the expected code, by default {@code NOERROR}, with or without records. An
 * answer to another question fails the check; one with another id is not for us and is passed over.
 *
 * <p>Immutable and thread-safe: each method returns a changed copy.
 */
public final class DnsProbe implements Probe {
  private final String name;
  private final String type;
  private final List<String> expected;

  private DnsProbe(String name, String type, List<String> expected) {
    this.name = name;
    this.type = type;
    this.expected = expected;
  }

  static DnsProbe of(String name) {
    return new DnsProbe(DnsMessage.name(name), "SOA", List.of("NOERROR"));
  }

  /**
   * Which kind of record to ask for.
   *
   * @param name {@code A}, {@code AAAA}, {@code NS}, {@code CNAME}, {@code SOA}, {@code PTR}, {@code MX},
   *     {@code TXT}, {@code SRV}, {@code DS}, {@code RRSIG}, {@code DNSKEY}, {@code SVCB}, {@code HTTPS} or any
   *     other as {@code TYPE65} (RFC 3597); default {@code SOA}
   * @return a changed copy
   * @throws IllegalArgumentException when it is none of these
   */
  public DnsProbe type(String name) {
    var unused = DnsMessage.type(name);
    return new DnsProbe(this.name, name, expected);
  }

  /**
   * Which answers are good.
   *
   * @param codes names of response codes, such as {@code NOERROR} and {@code NXDOMAIN}; default {@code
   *     NOERROR} alone
   * @return a changed copy
   * @throws IllegalArgumentException when there is none, or one is not known
   */
  public DnsProbe expect(String... codes) {
    if (codes.length == 0) {
      throw new IllegalArgumentException("expect: nothing (expected: at least one code)");
    }
    for (String code : codes) {
      var unused = DnsMessage.code(code);
    }
    return new DnsProbe(name, type, List.copyOf(Arrays.asList(codes)));
  }

  /** Called by Fairlead, for each check. */
  @Override
  public CompletionStage<Verdict> check(Target target) {
    int id = ThreadLocalRandom.current().nextInt(1 << Short.SIZE);
    byte[] question = DnsMessage.question(id, name, type);
    return DatagramExchange.with(target, question, new Answers(question));
  }

  private final class Answers implements DatagramExchange.Judge {
    private final byte[] question;
    private String missing = "no answer";

    Answers(byte[] question) {
      this.question = question;
    }

    @Override
    public @Nullable Verdict heard(ByteBuf answer) {
      byte[] bytes = new byte[answer.readableBytes()];
      answer.readBytes(bytes);
      if (!DnsMessage.sameId(question, bytes)) {
        missing = "no answer, only one with another id";
        return null;
      }
      String wrong = DnsMessage.wrong(question, bytes);
      if (wrong != null) {
        return Verdict.of(CheckCode.L7RSP, wrong);
      }
      String code = DnsMessage.codeOf(bytes);
      if (!expected.contains(code)) {
        return Verdict.fail(code).expected(String.join(" or ", expected));
      }
      int records = DnsMessage.answers(bytes);
      return Verdict.pass(code + ", " + records + (records == 1 ? " answer" : " answers"));
    }

    @Override
    public Verdict late() {
      return Verdict.of(CheckCode.L7TOUT, missing);
    }
  }

  /** {@return for example {@code dns SOA example.org expecting NOERROR}} */
  @Override
  public String toString() {
    return "dns " + type + " " + name + " expecting " + String.join(" or ", expected);
  }
}
