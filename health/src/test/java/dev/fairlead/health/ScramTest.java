package dev.fairlead.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.CorruptedFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramTest {
  private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String CHALLENGE =
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

  @Test
  void it_says_what_rfc_7677_has_as_an_example() {
    Scram scram = new Scram("user", "pencil", NONCE);
    assertThat(scram.clientFirst()).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    scram.serverFirst(CHALLENGE);
    assertThat(scram.stretch(4000)).isFalse();
    assertThat(scram.stretch(1000)).isTrue();
    assertThat(scram.clientFinal())
        .isEqualTo("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(scram.serverFinal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
        .isTrue();
    assertThat(scram.serverFinal("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))
        .isFalse();
    assertThat(scram.serverFinal("e=invalid-proof")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r",
        "r=somebodyElse,s=YQ==,i=1",
        "r=rOprNGfwEbeRWgbNEkqO,s=YQ==,i=1",
        "r=rOprNGfwEbeRWgbNEkqOx,s=,i=1",
        "r=rOprNGfwEbeRWgbNEkqOx,s=?,i=1",
        "r=rOprNGfwEbeRWgbNEkqOx,s=YQ==,i=0",
        "r=rOprNGfwEbeRWgbNEkqOx,s=YQ==,i=99999999999",
        "r=rOprNGfwEbeRWgbNEkqOx,s=YQ==",
      })
  void a_challenge_that_is_none_is_refused(String challenge) {
    assertThatThrownBy(() -> new Scram("user", "pencil", NONCE).serverFirst(challenge))
        .isInstanceOf(CorruptedFrameException.class);
  }

  @Test
  void a_proof_before_the_challenge_proves_nothing() {
    assertThat(new Scram("pencil").serverFinal("v=")).isFalse();
    assertThat(new Scram("pencil").clientFirst()).isNotEqualTo(new Scram("pencil").clientFirst());
  }
}
