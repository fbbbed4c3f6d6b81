package dev.fairlead.status;

/**
 * What came of one check, in the codes that HAProxy's operators know ({@code show stat}, column {@code
 * check_status}): the layer that was reached, and what happened there.
 */
public enum CheckCode {
  /** Connected, and nothing more was asked. */
  L4OK(true),
  /** Not connected in time. */
  L4TOUT(false),
  /** Not connected: refused, unreachable, or an unknown name. */
  L4CON(false),
  /** The TLS handshake succeeded, and nothing more was asked. */
  L6OK(true),
  /** No TLS handshake in time. */
  L6TOUT(false),
  /** TLS failed: another protocol, or a certificate that is not trusted. */
  L6RSP(false),
  /** The application answered as expected. */
  L7OK(true),
  /** It answered that it works, but wants no new traffic (HAProxy: {@code disable-on-404}). */
  L7OKC(true),
  /** The application did not answer in time. */
  L7TOUT(false),
  /** What it answered is not its protocol, or not what was expected. */
  L7RSP(false),
  /** It answered in its protocol that it does not work, for example by a status 503. */
  L7STS(false),
  /** An external command said that the server works. */
  PROCOK(true),
  /** An external command did not end in time. */
  PROCTOUT(false),
  /** An external command said that the server does not work, or could not be run. */
  PROCERR(false),
  /** No connection could be begun here: no file descriptor or no address left. */
  SOCKERR(false),
  /** The traffic showed that the server does not work; no check was needed. */
  HANA(false);

  private final boolean passed;

  CheckCode(boolean passed) {
    this.passed = passed;
  }

  /** {@return whether the server can do its work} */
  public boolean passed() {
    return passed;
  }
}
