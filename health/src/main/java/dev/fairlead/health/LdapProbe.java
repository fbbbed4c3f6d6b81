package dev.fairlead.health;

import java.util.concurrent.CompletionStage;

/**
 * Whether an LDAP server accepts a simple bind of LDAPv3 (HAProxy: {@code option ldap-check}; RFC 4511
 * §4.2), by default an anonymous one. What it refuses is told by code, name and the server's own words:
 * {@code 49 invalidCredentials}. The check takes leave by an unbind.
 *
 * <p>Immutable and thread-safe: a method with arguments returns a changed copy.
 */
public final class LdapProbe implements Probe {
  static final LdapProbe ANONYMOUS = new LdapProbe("", "");

  private final String dn;
  private final String password;

  private LdapProbe(String dn, String password) {
    this.dn = dn;
    this.password = password;
  }

  /**
   * Binds as somebody. The password goes over the wire as the server's connections do: encrypted only
   * with TLS towards the server.
   *
   * @param name the distinguished name, for example {@code cn=check,dc=example,dc=org}
   * @param secret the password; shown nowhere
   * @return a changed copy
   * @throws IllegalArgumentException when one is empty (RFC 4513 §5.1.2: without a password, a bind would
   *     pass for anybody) or has control characters
   */
  public LdapProbe bind(String name, String secret) {
    return new LdapProbe(Arguments.name("name", name), Arguments.secret("secret", secret));
  }

  @Override
  public CompletionStage<Verdict> check(Target target) {
    return new LdapConversation(dn, password).with(target);
  }

  /** {@return for example {@code ldap bind as cn=check}, without the password} */
  @Override
  public String toString() {
    return dn.isEmpty() ? "ldap" : "ldap bind as " + dn;
  }
}
