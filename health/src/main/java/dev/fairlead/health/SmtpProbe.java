package dev.fairlead.health;

import dev.fairlead.status.CheckCode;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether an SMTP server greets, answers a hello, and takes leave, each with a 2xx (HAProxy: {@code option
 * smtpchk}).
 *
 * @param hello HELO or EHLO
 * @param domain whose hello it is
 */
record SmtpProbe(String hello, String domain) implements Probe {
  private static final Pattern REPLY = Pattern.compile("[2-5][0-9][0-9]([ -].*)?", Pattern.DOTALL);

  SmtpProbe {
    Arguments.require(hello.equals("HELO") || hello.equals("EHLO"), "hello", hello, "HELO or EHLO");
    domain = Arguments.word("domain", domain);
  }

  @Override
  public CompletionStage<Verdict> check(Target target) {
    return Exchange.with(target, new Talk());
  }

  private final class Talk implements Exchange.Lines {
    private @Nullable String welcome;
    private boolean leaving;

    @Override
    public void begun(Exchange with) {
      with.awaits("no greeting");
    }

    @Override
    public @Nullable Verdict line(String line, Exchange with) {
      if (!REPLY.matcher(line).matches()) {
        return Verdict.of(CheckCode.L7RSP, "not SMTP: " + ByteText.shown(line));
      }
      if (line.charAt(0) != '2') {
        return Verdict.fail(line).expected("2xx");
      }
      if (line.length() > 3 && line.charAt(3) == '-') {
        return null; // more lines follow of this reply
      }
      if (welcome == null) {
        welcome = line;
        ask(hello, hello + ' ' + domain, with);
        return null;
      }
      if (!leaving) {
        leaving = true;
        ask("QUIT", "QUIT", with);
        return null;
      }
      return Verdict.pass(welcome);
    }

    private void ask(String name, String command, Exchange with) {
      with.awaits("no answer to " + name);
      with.send(command + "\r\n");
    }
  }

  @Override
  public String toString() {
    return "smtp " + hello + ' ' + domain;
  }
}
