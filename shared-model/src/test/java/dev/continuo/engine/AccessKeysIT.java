package dev.continuo.engine;

import static dev.continuo.engine.PollFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.continuo.identity.Access;
import dev.continuo.identity.ApiKey;
import dev.continuo.identity.Role;
import dev.continuo.store.ApiKeys;
import dev.continuo.store.ApiKeys.Draft;
import dev.continuo.store.Paging;
import dev.continuo.store.StoreUnavailable;
import dev.continuo.store.StoredApiKey;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** API keys in two processes on one database. */
@ExtendWith(BackendsExtension.class)
class AccessKeysIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final UUID OWNER = UUID.randomUUID();

    private static PollFixture processes;
    private static AccessKeys here;
    private static AccessKeys elsewhere;

    @BeforeAll
    static void open(Backends backends, @TempDir Path directory) throws IOException {
        processes = new PollFixture(backends, directory, "keys", 2);
        here = processes.engine(0).accessKeys();
        elsewhere = processes.engine(1).accessKeys();
    }

    @AfterAll
    static void close() {
        processes.close();
    }

    private static AccessKeys.Issued issue(String namespace, Optional<Duration> lifetime) {
        Draft draft = new Draft(namespace, Role.USER, OWNER, "a name", lifetime, "maker");
        return await(here.issue(draft)).orElseThrow();
    }

    private static Optional<Access> check(AccessKeys process, AccessKeys.Issued issued) {
        return await(process.check(issued.key().text()));
    }

    private static StoredApiKey stored(AccessKeys.Issued issued) {
        Access access = issued.stored().access();
        return await(here.list(access.namespace(), new Paging(0, 100))).keys().stream()
                .filter(key -> key.access().equals(access))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKeyOpensWhatItWasMadeFor(TestInfo test) {
        String namespace = test.getDisplayName();
        AccessKeys.Issued issued = issue(namespace, Optional.empty());
        UUID id = issued.stored().access().keyId();
        assertThat(check(here, issued)).contains(new Access(id, namespace, Role.USER, OWNER));
        assertThat(check(elsewhere, issued)).isEqualTo(check(here, issued));
        assertThat(stored(issued).name()).isEqualTo("a name");
        assertThat(stored(issued).prefix()).isEqualTo(issued.key().prefix());
        assertThat(stored(issued).createdBy()).isEqualTo("maker");
        assertThat(await(here.check(ApiKey.of(new byte[ApiKey.RANDOM_BYTES]).text())))
                .isEmpty();
    }

    @Test
    void theTextOfAKeyIsNowhereInTheDatabase(TestInfo test) {
        AccessKeys.Issued issued = issue(test.getDisplayName(), Optional.empty());
        String row = await(processes
                        .engine(0)
                        .pool()
                        .preparedQuery("SELECT k::text FROM api_key AS k WHERE id = $1")
                        .execute(Tuple.of(issued.stored().access().keyId())))
                .iterator()
                .next()
                .getString(0);
        assertThat(row).contains(issued.key().prefix());
        assertThat(row).doesNotContain(issued.key().text().substring(4));
    }

    @Test
    void aRevokedKeyOpensNothingHereAtOnceAndElsewhereWithinSeconds(TestInfo test) {
        AccessKeys.Issued issued = issue(test.getDisplayName(), Optional.empty());
        UUID id = issued.stored().access().keyId();
        assertThat(check(here, issued)).isPresent();
        assertThat(check(elsewhere, issued)).isPresent();
        assertThat(await(here.revoke(id, Optional.of("another")))).isEmpty();
        assertThat(check(here, issued)).isPresent();
        Instant revoked = await(here.revoke(id, Optional.of(test.getDisplayName())))
                .flatMap(StoredApiKey::revokedAt)
                .orElseThrow();
        assertThat(check(here, issued)).isEmpty();
        Await.until("the key opens nothing in the other process", Duration.ofSeconds(4), () -> check(elsewhere, issued)
                .isEmpty());
        assertThat(await(elsewhere.revoke(id, Optional.empty())).flatMap(StoredApiKey::revokedAt))
                .contains(revoked);
    }

    @Test
    void aKeyOpensNothingAfterItsLifeThoughItWasJustUsed(TestInfo test) {
        AccessKeys.Issued issued = issue(test.getDisplayName(), Optional.of(Duration.ofSeconds(2)));
        Instant end = issued.stored().expiresAt().orElseThrow();
        assertThat(check(here, issued)).isPresent();
        Await.until("the key has expired", LIMIT, () -> check(here, issued).isEmpty());
        // The clock is the database's, which is on this machine.
        assertThat(Instant.now()).isBetween(end, end.plusSeconds(1));
    }

    @Test
    void whatCannotBeAKeyNeedsNoDatabaseAndAnythingElseDoes() {
        Vertx vertx = Vertx.vertx();
        Pool nowhere = PgBuilder.pool()
                .connectingTo(new PgConnectOptions().setHost("127.0.0.1").setPort(1))
                .using(vertx)
                .build();
        AccessKeys keys = new AccessKeys(vertx, nowhere);
        String key = ApiKey.of(new byte[ApiKey.RANDOM_BYTES]).text();
        assertThat(await(keys.check(key + "0"))).isEmpty();
        assertThat(await(keys.check("cto_" + "a".repeat(49)))).isEmpty();
        assertThatThrownBy(() -> await(keys.check(key))).isInstanceOf(StoreUnavailable.class);
        await(vertx.close());
    }

    @Test
    void theLastUseIsWrittenAtMostOnceAMinute(TestInfo test) {
        AccessKeys.Issued issued = issue(test.getDisplayName(), Optional.empty());
        assertThat(stored(issued).usedAt()).isEmpty();
        check(here, issued);
        Await.until("the use is written", LIMIT, () -> stored(issued).usedAt().isPresent());
        Instant first = stored(issued).usedAt().orElseThrow();
        UUID id = issued.stored().access().keyId();
        ApiKeys rows = new ApiKeys(processes.engine(1).pool());
        await(rows.used(Map.of(id, first.plusSeconds(59))));
        assertThat(stored(issued).usedAt()).contains(first);
        await(rows.used(Map.of(id, first.plusSeconds(60))));
        assertThat(stored(issued).usedAt()).contains(first.plusSeconds(60));
    }

    @Test
    void keysAreListedPageByPageTheNewestFirst(TestInfo test) {
        String namespace = test.getDisplayName();
        List<UUID> ids = List.of(issue(namespace, Optional.empty()), issue(namespace, Optional.empty())).stream()
                .map(issued -> issued.stored().access().keyId())
                .toList();
        ApiKeys.Page first = await(here.list(namespace, new Paging(0, 1)));
        ApiKeys.Page second = await(here.list(namespace, new Paging(1, 1)));
        assertThat(first.total()).isEqualTo(2);
        assertThat(first.keys()).extracting(key -> key.access().keyId()).containsExactly(ids.get(1));
        assertThat(second.keys()).extracting(key -> key.access().keyId()).containsExactly(ids.get(0));
    }

    @Test
    void aFullNamespaceTakesNoKeyUntilEndedOnesAreForgotten(TestInfo test) {
        String namespace = test.getDisplayName();
        await(processes.engine(0).pool().preparedQuery("""
                        INSERT INTO api_key (id, namespace, role, owner, name, hash, prefix, created_at, created_by)
                        SELECT gen_random_uuid(), $1, 'user', $2, '', decode(md5($1 || n), 'hex'), 'cto_', now(), ''
                          FROM generate_series(1, $3::int) AS n
                        """).execute(Tuple.of(namespace, OWNER, ApiKeys.MOST)));
        Draft draft = new Draft(namespace, Role.USER, OWNER, "", Optional.empty(), "");
        assertThat(await(here.issue(draft))).isEmpty();
        end(namespace, ApiKeys.KEPT_DAYS - 1);
        assertThat(await(here.issue(draft))).isEmpty();
        end(namespace, ApiKeys.KEPT_DAYS + 1);
        assertThat(await(here.issue(draft))).isPresent();
    }

    private static void end(String namespace, int daysAgo) {
        await(processes.engine(0).pool().preparedQuery("""
                        UPDATE api_key SET revoked_at = now() - $2::int * interval '1 day'
                         WHERE id = (SELECT id FROM api_key WHERE namespace = $1 ORDER BY id LIMIT 1)
                        """).execute(Tuple.of(namespace, daysAgo)));
    }
}
