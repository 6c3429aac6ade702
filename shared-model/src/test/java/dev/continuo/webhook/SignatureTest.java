package dev.continuo.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureTest {
    private static final String THIRTY_TWO = "whsec_Y29udGludW8gdGVzdCBzZWNyZXQsIDMyIGJ5dGVzISE=";
    private static final String TWENTY_FOUR = "whsec_YW5vdGhlciBzZWNyZXQgb2YgMjQgYnl0";

    private static SigningSecret secret(String text) {
        return SigningSecret.parse(text).orElseThrow();
    }

    /**
     * Made by {@code printf '%s' 'ID.TIME.BODY' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -binary | base64}.
     * The last row is the example of the specification.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            whsec_Y29udGludW8gdGVzdCBzZWNyZXQsIDMyIGJ5dGVzISE= | msg_0194 | 1700000000 | {"status":"complete","output":{"text":"café"}} | v1,7St8mmzSq95WPMASKBRnALsKzOi/V0NcHrVxqW1GAdw=
            whsec_YW5vdGhlciBzZWNyZXQgb2YgMjQgYnl0 | msg_0194 | 1700000000 | {"status":"complete","output":{"text":"café"}} | v1,NacSXZ54m3tUltoGuMOOqs+E/LjF+WVVTeDBS/Uxd/Q=
            whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | msg_p5jXN8AQM9LWM0D4loKWxJek | 1614265330 | {"test": 2432232314} | v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=
            """)
    void aSignatureIsTheOneThatOpensslMakes(String secret, String id, long time, String body, String signature) {
        assertThat(Signature.of(List.of(secret(secret)), id, time, body.getBytes(UTF_8)))
                .isEqualTo(signature);
    }

    @Test
    void eachSecretSignsOnItsOwn() {
        byte[] body = "{}".getBytes(UTF_8);
        SigningSecret one = secret(THIRTY_TWO);
        SigningSecret two = secret(TWENTY_FOUR);

        assertThat(Signature.of(List.of(one, two), "msg_1", 1, body))
                .isEqualTo(Signature.of(List.of(one), "msg_1", 1, body) + " "
                        + Signature.of(List.of(two), "msg_1", 1, body));
    }

    @Test
    void idTimeAndBodyAllCount() {
        SigningSecret secret = secret(THIRTY_TWO);
        byte[] body = "{}".getBytes(UTF_8);

        assertThat(List.of(
                        Signature.of(List.of(secret), "msg_1", 1, body),
                        Signature.of(List.of(secret), "msg_2", 1, body),
                        Signature.of(List.of(secret), "msg_1", 2, body),
                        Signature.of(List.of(secret), "msg_1", 1, "[]".getBytes(UTF_8))))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "whsec_",
                "Y29udGludW8gdGVzdCBzZWNyZXQsIDMyIGJ5dGVzISE=",
                "WHSEC_Y29udGludW8gdGVzdCBzZWNyZXQsIDMyIGJ5dGVzISE=",
                "whsec_Y29udGludW8gdGVzdCBzZWNyZXQ=",
                "whsec_not base64 at all, is it really"
            })
    void whatIsNoSecretIsRefused(String text) {
        assertThat(SigningSecret.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"23, false", "24, true", "64, true", "65, false"})
    void aSecretHas24To64Bytes(int bytes, boolean fits) {
        String text = "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
        assertThat(SigningSecret.parse(text).isPresent()).isEqualTo(fits);
    }

    @Test
    void aNewSecretIsOneAndDoesNotShowItselfByAccident() {
        SigningSecret made = SigningSecret.generate(new SecureRandom());

        assertThat(SigningSecret.parse(made.text()).map(SigningSecret::text)).isEqualTo(Optional.of(made.text()));
        assertThat(made.toString()).isEqualTo("whsec_***");
        assertThat(SigningSecret.generate(new SecureRandom()).text()).isNotEqualTo(made.text());
    }
}
