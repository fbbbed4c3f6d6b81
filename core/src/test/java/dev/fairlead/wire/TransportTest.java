package dev.fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fairlead.config.Transport;
import dev.fairlead.testkit.ScriptedServer;
import dev.fairlead.testkit.Scripts;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import io.netty.handler.ssl.OpenSsl;
import java.net.Socket;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kinds of event loops, and the libraries that they need. */
class TransportTest {
  private static boolean isX86() {
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return arch.equals("amd64") || arch.equals("x86_64");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void epoll_loads_and_works_on_linux() {
    assumeTrue(isX86(), "the library is there for x86-64 only");
    assertThat(Epoll.unavailabilityCause()).isNull();
    assertThat(Epoll.isAvailable()).isTrue();
  }

  /** Not used yet; they have to go with the Netty that is pinned. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void tcnative_and_quic_load_on_linux() throws Exception {
    assumeTrue(isX86(), "the libraries are there for x86-64 only");
    OpenSsl.ensureAvailability();
    assertThat(OpenSsl.versionString()).contains("BoringSSL");
    // By name: the module descriptor, which tests share, does not require it.
    Class<?> quic = Class.forName("io.netty.handler.codec.quic.Quic");
    assertThat(quic.getMethod("isAvailable").invoke(null)).isEqualTo(true);
  }

  /** That a kernel denies it (containers often do) is no fault; that the library is missing is. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void io_uring_loads_on_linux_and_works_where_the_kernel_allows_it() {
    assumeTrue(isX86(), "the library is there for x86-64 only");
    Throwable cause = IoUring.unavailabilityCause();
    if (cause != null) {
      assertThat(cause).isNotInstanceOf(LinkageError.class);
      assumeTrue(false, () -> "the kernel denies io_uring: " + cause);
    }
    assertThat(IoUring.isAvailable()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "NIO", "EPOLL", "IO_URING"})
  void a_mebibyte_comes_back_as_it_was_sent(Transport transport) throws Exception {
    assumeTrue(transport != Transport.EPOLL || Epoll.isAvailable());
    byte[] sent = new byte[1 << 20];
    new Random(5).nextBytes(sent);
    try (ScriptedServer echo = ScriptedServer.start(Scripts.echo());
        WireProxy proxy = WireProxy.start(WireProxy.to(echo).build(), transport, b -> b);
        Socket socket = proxy.connect()) {
      CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
        try {
          socket.getOutputStream().write(sent);
          socket.shutdownOutput();
        } catch (java.io.IOException e) {
          throw new AssertionError(e);
        }
      });
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
      writing.join();
      assertThat(proxy.closed().termination()).hasToString("--");
    }
  }
}
