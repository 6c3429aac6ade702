package dev.continuo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Against the example that the reference libraries of Standard Webhooks are tested with. */
class SignatureCheckTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final String TIME = "1614265330";
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final Instant NOW = Instant.ofEpochSecond(1614265330);

    private record Row(
            String name, String id, String time, String signatures, String body, Instant now, boolean holds) {}

    @TestFactory
    Stream<DynamicTest> aMessageIsBelievedOnlyWhenAllOfItIsAsItWasSigned() {
        return Stream.of(
                        new Row("the example", ID, TIME, SIGNATURE, BODY, NOW, true),
                        new Row("one of two signatures", ID, TIME, "v1,AAAA " + SIGNATURE, BODY, NOW, true),
                        new Row(
                                "a clock that differs a little",
                                ID,
                                TIME,
                                SIGNATURE,
                                BODY,
                                NOW.minusSeconds(299),
                                true),
                        new Row("another id", "msg_2", TIME, SIGNATURE, BODY, NOW, false),
                        new Row("another time", ID, "1614265331", SIGNATURE, BODY, NOW, false),
                        new Row("another body", ID, TIME, SIGNATURE, "{\"test\": 2432232315}", NOW, false),
                        new Row("another version", ID, TIME, SIGNATURE.replace("v1", "v2"), BODY, NOW, false),
                        new Row("an old message", ID, TIME, SIGNATURE, BODY, NOW.plusSeconds(301), false),
                        new Row("no signature", ID, TIME, "", BODY, NOW, false),
                        new Row("no time", ID, "", SIGNATURE, BODY, NOW, false))
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> assertThat(new SignatureCheck(SECRET)
                                .holds(
                                        row.id(),
                                        row.time(),
                                        row.signatures(),
                                        row.body().getBytes(StandardCharsets.UTF_8),
                                        row.now()))
                        .isEqualTo(row.holds())));
    }

    @Test
    void anotherSecretDoesNotHold() {
        SignatureCheck check = new SignatureCheck("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx");
        assertThat(check.holds(ID, TIME, SIGNATURE, BODY.getBytes(StandardCharsets.UTF_8), NOW))
                .isFalse();
    }
}
