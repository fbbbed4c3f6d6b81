package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.local.LocalAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpQuestionTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,    8080, 10.0.0.1:8080",
    "10.0.0.1,    80,   10.0.0.1",
    "app.example, 8080, app.example:8080",
    "app.example, 443,  app.example:443",
    "::1,         8080, '[::1]:8080'",
    "fe80::1%eth0, 80,  '[fe80::1]'",
  })
  void the_host_field_is_the_servers_host_and_port(String host, int port, String field) {
    assertThat(HttpQuestion.hostOf(InetSocketAddress.createUnresolved(host, port), false))
        .isEqualTo(field);
  }

  @Test
  void through_tls_another_port_is_the_usual_one() {
    assertThat(HttpQuestion.hostOf(InetSocketAddress.createUnresolved("a.example", 443), true))
        .isEqualTo("a.example");
    assertThat(HttpQuestion.hostOf(InetSocketAddress.createUnresolved("a.example", 80), true))
        .isEqualTo("a.example:80");
  }

  @Test
  void an_address_literal_is_not_looked_up_for_the_host_field() throws Exception {
    InetAddress literal = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    assertThat(HttpQuestion.hostOf(new InetSocketAddress(literal, 81), false))
        .isEqualTo("127.0.0.1:81");
  }

  @Test
  void a_server_without_host_is_localhost() {
    assertThat(HttpQuestion.hostOf(new LocalAddress("in-jvm"), false)).isEqualTo("localhost");
  }

  @Test
  void what_an_operator_reads_is_one_short_line() {
    assertThat(Reasons.message(new CompletionException(new IllegalStateException())))
        .isEqualTo("IllegalStateException");
    assertThat(Reasons.line("Grüße\n\u001b[2J" + "x".repeat(1000)))
        .startsWith("Grüße??[2Jx")
        .hasSize(300);
  }
}
