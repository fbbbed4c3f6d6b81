package dev.fairlead.internal.tls;

import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/**
 * Notes whether a handshake of the JDK's was a full one, which the JDK does not tell. In a full one our
 * key or our trust is asked, in a resumed one neither. A matcher of names is what an engine can carry: a
 * value of its session would be inherited by those that resume it, and keeps the JDK from making tickets.
 * This one matches every name, and with it the JDK refuses to resume under another name (RFC 6066 §3).
 */
final class FullHandshake extends SNIMatcher {
  private static final StackWalker STACK = StackWalker.getInstance();
  private static final int DEPTH = 10;

  private volatile boolean seen;

  private FullHandshake() {
    super(StandardConstants.SNI_HOST_NAME);
  }

  @Override
  public boolean matches(SNIServerName name) {
    return true;
  }

  /** Lets an engine's parameters carry a new one. */
  static void watch(SSLParameters parameters) {
    parameters.setSNIMatchers(List.of(new FullHandshake()));
  }

  /** Our key or our trust was asked. BoringSSL's engines carry none, and are slow to say so. */
  static void note(@Nullable SSLEngine engine) {
    FullHandshake carried =
        engine == null || engine instanceof ReferenceCountedOpenSslEngine ? null : of(engine);
    if (carried != null) {
      carried.seen = true;
    }
  }

  /**
   * Our key was asked. A newer JDK's server also asks for it to bring back a session from its ticket, which
   * nothing but the caller tells.
   */
  static void noteKey(@Nullable SSLEngine engine) {
    boolean broughtBack = STACK.walk(frames -> frames
        .limit(DEPTH)
        .anyMatch(frame -> frame.getClassName().equals("sun.security.ssl.SSLSessionImpl")));
    if (!broughtBack) {
      note(engine);
    }
  }

  static boolean noted(SSLEngine engine) {
    FullHandshake carried = of(engine);
    return carried != null && carried.seen;
  }

  private static @Nullable FullHandshake of(SSLEngine engine) {
    Collection<SNIMatcher> matchers = engine.getSSLParameters().getSNIMatchers();
    if (matchers != null) {
      for (SNIMatcher matcher : matchers) {
        if (matcher instanceof FullHandshake carried) {
          return carried;
        }
      }
    }
    return null;
  }
}
