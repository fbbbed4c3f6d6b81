package dev.fairlead.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class SilentPortTest {
  @Test
  void a_connection_to_a_silent_port_neither_comes_about_nor_is_refused() throws IOException {
    try (SilentPort port = SilentPort.open();
        Socket client = new Socket()) {
      assertThatThrownBy(() -> client.connect(port.address(), 100))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }
}
