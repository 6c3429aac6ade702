package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.store.Conversations.Bounds;
import dev.continuo.store.Conversations.Key;
import dev.continuo.store.Conversations.Turn;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class ConversationsIT {
    private static final Bounds WIDE = new Bounds(50, 1 << 20);

    private final String namespace = "ns-" + UUID.randomUUID();
    private final Key key = new Key(namespace, "team", "c");
    private StoreFixture store;
    private Conversations conversations;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends);
        conversations = new Conversations(store.pool);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Turn turn(int number) {
        return new Turn(new UUID(0, number), "question " + number, "answer " + number);
    }

    private List<Turn> read() {
        return await(conversations.read(key));
    }

    @Test
    void turnsAreKeptInTheirOrder() {
        assertThat(read()).isEmpty();
        assertThat(await(conversations.add(key, turn(1), WIDE))).isTrue();
        assertThat(await(conversations.add(key, turn(2), WIDE))).isTrue();
        assertThat(read()).containsExactly(turn(1), turn(2));
    }

    @Test
    void theSameIdMeansAnotherConversationElsewhere() {
        await(conversations.add(key, turn(1), WIDE));
        assertThat(await(conversations.read(new Key(namespace, "other", "c")))).isEmpty();
        assertThat(await(conversations.read(new Key(namespace + "-b", "team", "c"))))
                .isEmpty();
    }

    @Test
    void aTaskThatIsExecutedTwiceHasOneTurn() {
        await(conversations.add(key, turn(1), WIDE));
        await(conversations.add(key, turn(2), WIDE));
        Turn again = new Turn(new UUID(0, 1), "question 1", "another answer");
        await(conversations.add(key, again, WIDE));
        assertThat(read()).containsExactly(again, turn(2));
    }

    @Test
    void theOldestTurnsGoWhenThereAreTooMany() {
        for (int i = 1; i <= 5; i++) {
            await(conversations.add(key, turn(i), new Bounds(3, 1 << 20)));
        }
        assertThat(read()).containsExactly(turn(3), turn(4), turn(5));
    }

    @Test
    void theOldestTurnsGoWhenTheyAreTooLong() {
        // A turn of these has 18 bytes.
        for (int i = 1; i <= 5; i++) {
            await(conversations.add(key, turn(i), new Bounds(50, 40)));
        }
        assertThat(read()).containsExactly(turn(4), turn(5));
    }

    @Test
    void aTurnThatIsLongerThanAConversationMayBeIsNotKept() {
        await(conversations.add(key, turn(1), WIDE));
        assertThat(await(conversations.add(key, turn(2), new Bounds(50, 10)))).isFalse();
        assertThat(read()).isEmpty();
    }

    @Test
    void whatSeveralSayAtOnceIsAllKept() {
        List<Future<Boolean>> all = IntStream.rangeClosed(1, 20)
                .mapToObj(i -> conversations.add(key, turn(i), WIDE))
                .toList();
        all.forEach(StoreFixture::await);
        assertThat(read())
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 20)
                        .mapToObj(ConversationsIT::turn)
                        .toList());
    }

    @Test
    void textsWithNulAndQuotesSurvive() {
        Turn odd = new Turn(new UUID(0, 1), "a\0b \"c\" \\", "😀\nx");
        await(conversations.add(key, odd, WIDE));
        assertThat(read()).containsExactly(new Turn(odd.task(), "a b \"c\" \\", "😀\nx"));
    }

    @Test
    void theConversationsThatWereNotUsedForTheLongestTimeGo() {
        await(store.pool.preparedQuery("""
                        INSERT INTO conversation (namespace, team, id, turns, updated_at)
                        SELECT $1, 'team', 'old-' || i, '[]', now() - i * interval '1 minute'
                          FROM generate_series(1, $2::int) AS i""").execute(Tuple.of(namespace, Conversations.MOST + 5)));
        await(conversations.add(key, turn(1), WIDE));
        assertThat(read()).containsExactly(turn(1));
        assertThat(await(store.pool
                                .preparedQuery(
                                        "SELECT count(*) AS n, max(substr(id, 5)::int) AS oldest FROM conversation"
                                                + " WHERE namespace = $1 AND id <> 'c'")
                                .execute(Tuple.of(namespace)))
                        .iterator()
                        .next()
                        .toJson()
                        .encode())
                .isEqualTo("{\"n\":%d,\"oldest\":%d}".formatted(Conversations.MOST - 1, Conversations.MOST - 1));
    }

    @Test
    void aNewConversationLocksNoOther() {
        await(conversations.add(key, turn(1), WIDE));
        await(conversations.add(new Key(namespace, "team", "another"), turn(2), WIDE));
        long locked = await(store.pool
                        .preparedQuery("SELECT count(*) FROM conversation WHERE namespace = $1 AND id = 'c'"
                                + " AND xmax <> 0 AND xmin <> xmax")
                        .execute(Tuple.of(namespace)))
                .iterator()
                .next()
                .getLong(0);
        assertThat(locked).isZero();
    }
}
