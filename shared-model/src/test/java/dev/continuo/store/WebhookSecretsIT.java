package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.secret.Keyring;
import dev.continuo.secret.Sealer;
import dev.continuo.store.WebhookSecrets.Known;
import dev.continuo.store.WebhookSecrets.Rotated;
import dev.continuo.store.WebhookSecrets.TooMany;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.webhook.SigningSecret;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class WebhookSecretsIT {
    private static final Duration DAY = Duration.ofDays(1);

    private final String namespace = "ns-" + UUID.randomUUID();
    private final Sealer sealer = new Sealer(Keyring.parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="));
    private StoreFixture store;
    private WebhookSecrets secrets;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends);
        secrets = new WebhookSecrets(store.pool, sealer);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<String> signing() {
        return await(secrets.signing(namespace)).stream()
                .map(SigningSecret::text)
                .toList();
    }

    private String rotated(Duration grace) {
        return ((Rotated) await(secrets.rotate(namespace, grace))).secret().text();
    }

    @Test
    void whoeverNeedsTheFirstSecretAtOnceGetsTheSame() {
        List<Future<List<SigningSecret>>> asked = IntStream.range(0, 8)
                .mapToObj(i -> new WebhookSecrets(store.pool, sealer).signing(namespace))
                .toList();

        assertThat(asked.stream().map(StoreFixture::await).map(list -> list.getFirst()
                        .text()))
                .containsOnly(signing().getFirst());
        assertThat(signing()).hasSize(1);
    }

    @Test
    void theOldSecretSignsBesideTheNewOneForAsLongAsItWasGranted() {
        String first = signing().getFirst();
        String second = rotated(DAY);
        assertThat(signing()).containsExactly(second, first);

        String third = rotated(Duration.ZERO);
        assertThat(signing()).containsExactly(third);
    }

    @Test
    void aLaterRotationDoesNotGrantMoreTime() {
        rotated(DAY);
        rotated(Duration.ofMinutes(1));
        rotated(DAY);

        List<Known> known = await(secrets.known(namespace));
        assertThat(known.getFirst().endsAt()).isEmpty();
        assertThat(known.get(2).endsAt().orElseThrow())
                .isBefore(known.get(1).endsAt().orElseThrow().minusSeconds(3600));
    }

    @Test
    void onlySoManySecretsSignAtOnce() {
        for (int i = 0; i < WebhookSecrets.MOST; i++) {
            rotated(DAY);
        }
        List<String> before = signing();

        assertThat(await(secrets.rotate(namespace, DAY))).isEqualTo(new TooMany());
        assertThat(signing()).isEqualTo(before);
        rotated(Duration.ZERO);
        assertThat(signing()).hasSize(1);
    }

    @Test
    void rotationsAtOnceAllTakeEffect() {
        List<Future<WebhookSecrets.Rotation>> rotations = IntStream.range(0, 4)
                .mapToObj(i -> secrets.rotate(namespace, DAY))
                .toList();

        assertThat(rotations.stream().map(StoreFixture::await)).allMatch(Rotated.class::isInstance);
        assertThat(await(secrets.known(namespace)))
                .filteredOn(known -> known.endsAt().isEmpty())
                .hasSize(1);
        assertThat(signing()).hasSize(4);
    }

    @Test
    void secretsAreSealedAndBoundToTheirNamespace() {
        String secret = signing().getFirst();
        String stored = await(store.pool
                        .preparedQuery("SELECT secret FROM webhook_secret WHERE namespace = $1")
                        .execute(Tuple.of(namespace)))
                .iterator()
                .next()
                .getString(0);

        assertThat(stored).startsWith("sealed:v1:").doesNotContain(secret);
        assertThat(sealer.unseal(stored, namespace)).isEqualTo(secret);
        assertThat(await(secrets.signing("other-" + namespace)).getFirst().text())
                .isNotEqualTo(secret);
    }
}
