package dev.continuo.store;

/**
 * The statements of {@link WebhookQueue}. Times are the database's; {@code now()} is the statement's time, since each is a
 * transaction of its own.
 */
final class WebhookSql {
    /**
     * What a run's callback does next, behind a claim; {@code %s} is the message that is under way then. A change of the
     * run that this statement does not see yet is found by the look.
     */
    private static final String NEXT = """
            CASE WHEN %s IS NOT NULL THEN coalesce(retry_at, now())
                 WHEN w.open AND (w.news OR EXISTS (
                     SELECT 1 FROM run r WHERE r.id = w.run_id AND r.version > w.sent_version))
                 THEN greatest(now(), w.not_before)
            END
            """;

    private static final String HELD = " WHERE w.run_id = $1 AND w.claim = $2 ";

    /**
     * Claims what is due, $1 at most. Namespaces take turns: those with little in flight first. A namespace has at most $2
     * in flight, and at most $3 to one host; what this process has in flight already is $5 and $6, $7, $8 and $9. The
     * namespaces are found by jumping from one to the next in the index, and of each $10 are looked at, so that one with
     * many callbacks, whose host is at its limit, costs no more.
     */
    static final String CLAIM = """
            WITH RECURSIVE space(namespace) AS (
                (SELECT namespace FROM webhook WHERE due_at IS NOT NULL ORDER BY namespace LIMIT 1)
                UNION ALL
                SELECT (SELECT w.namespace FROM webhook w
                         WHERE w.due_at IS NOT NULL AND w.namespace > s.namespace ORDER BY w.namespace LIMIT 1)
                  FROM space s WHERE s.namespace IS NOT NULL),
            busy(namespace, flying) AS (SELECT * FROM unnest($5::text[], $6::int[])),
            busy_host(namespace, host, flying) AS (SELECT * FROM unnest($7::text[], $8::text[], $9::int[])),
            candidate AS (
                SELECT d.run_id, d.due_at, d.flying,
                       d.flying + row_number() OVER (PARTITION BY s.namespace, d.host ORDER BY d.due_at) AS place,
                       coalesce(b.flying, 0) AS before, s.namespace
                  FROM space s LEFT JOIN busy b ON b.namespace = s.namespace
                  CROSS JOIN LATERAL (
                      SELECT w.run_id, w.due_at, w.host, coalesce(h.flying, 0) AS flying
                        FROM (SELECT run_id, due_at, namespace, host FROM webhook
                               WHERE namespace = s.namespace AND due_at <= now()
                               ORDER BY due_at LIMIT $10) w
                        LEFT JOIN busy_host h ON h.namespace = w.namespace AND h.host = w.host
                       WHERE coalesce(h.flying, 0) < $3
                       ORDER BY w.due_at LIMIT greatest(0, $2 - coalesce(b.flying, 0))) d
                 WHERE s.namespace IS NOT NULL),
            picked AS (
                SELECT run_id FROM (
                    SELECT run_id, due_at,
                           before + row_number() OVER (PARTITION BY namespace ORDER BY due_at) AS turn
                      FROM candidate WHERE place <= $3) c
                 ORDER BY turn, due_at LIMIT $1),
            locked AS (
                SELECT w.run_id FROM webhook w
                 WHERE w.run_id IN (SELECT run_id FROM picked) AND w.due_at <= now()
                   FOR UPDATE SKIP LOCKED)
            UPDATE webhook w
               SET claim = w.claim + 1, news = false,
                   claimed_until = now() + $4 * interval '1 millisecond', due_at = now() + $4 * interval '1 millisecond'
              FROM locked l WHERE w.run_id = l.run_id
            RETURNING w.run_id, w.namespace, w.url, w.host, w.claim, w.current, w.redeliver, w.open, w.sent_digest,
                      w.failures, (extract(epoch FROM now() - w.failing_since) * 1000)::bigint AS failing_ms
            """;

    /**
     * A message is there before it is sent, so that whoever tries it again sends the same one. $3 version, $4 digest, $5
     * id, $6 final, $7 body, $8 bytes, $9 messages kept, $10 bytes kept, $11 why it cannot be sent.
     */
    static final String MAKE = """
            WITH held AS (
                UPDATE webhook w
                   SET sent_version = greatest(w.sent_version, $3), sent_digest = $4, number = w.number + 1,
                       current = CASE WHEN $11::text IS NULL THEN $5 END, open = w.open AND NOT $6, retry_at = NULL,
                       failures = CASE WHEN $6 THEN 0 ELSE w.failures END,
                       failing_since = CASE WHEN $6 THEN NULL ELSE w.failing_since END
                %s RETURNING w.run_id, w.number),
            merged AS (
                UPDATE webhook_delivery d SET state = 3 FROM held WHERE d.run_id = held.run_id AND d.state = 0),
            trimmed AS (
                DELETE FROM webhook_delivery d USING held
                 WHERE d.run_id = held.run_id AND d.number <= held.number - $9 AND d.state <> 0),
            heavy AS (
                SELECT d.id, $8 + sum(d.bytes) OVER (ORDER BY d.number DESC) AS bytes
                  FROM webhook_delivery d JOIN held ON held.run_id = d.run_id
                 WHERE d.number > held.number - $9 AND d.body IS NOT NULL),
            lightened AS (
                UPDATE webhook_delivery d SET body = NULL
                  FROM heavy WHERE d.id = heavy.id AND heavy.bytes > $10 AND d.state <> 0)
            INSERT INTO webhook_delivery (id, run_id, number, body, bytes, final, state, created_at, last_error)
            SELECT $5, run_id, number, $7, $8, $6, CASE WHEN $11::text IS NULL THEN 0 ELSE 2 END, clock_timestamp(), $11
              FROM held
            RETURNING number
            """.formatted(HELD);

    /** $3 the version that was looked at, $4 whether to wait until somebody finds news. */
    static final String REST = """
            UPDATE webhook w
               SET claimed_until = NULL, redeliver = NULL, sent_version = greatest(w.sent_version, $3),
                   due_at = CASE WHEN $4 THEN NULL ELSE (
                       CASE WHEN w.current IS NOT NULL THEN coalesce(w.retry_at, now())
                            WHEN w.open AND (w.news OR EXISTS (
                                SELECT 1 FROM run r
                                 WHERE r.id = w.run_id AND r.version > greatest(w.sent_version, $3)))
                            THEN greatest(now(), w.not_before) END) END
            """ + HELD;

    /** Gives a claim back: the same again after $3 ms. */
    static final String POSTPONE = """
            UPDATE webhook w SET claimed_until = NULL, due_at = now() + $3 * interval '1 millisecond'
            """ + HELD;

    /** $3 id, $4 status. */
    static final String TAKEN = """
            WITH held AS (
                UPDATE webhook w
                   SET claimed_until = NULL, redeliver = NULL, current = nullif(w.current, $3),
                       failures = CASE WHEN w.current = $3 THEN 0 ELSE w.failures END,
                       failing_since = CASE WHEN w.current = $3 THEN NULL ELSE w.failing_since END,
                       not_before = CASE WHEN w.current = $3 THEN NULL ELSE w.not_before END,
                       due_at = %s
                %s RETURNING w.run_id)
            UPDATE webhook_delivery d
               SET state = 1, attempts = d.attempts + 1, last_at = clock_timestamp(), last_status = $4, last_error = NULL
              FROM held WHERE d.id = $3
            """.formatted(NEXT.formatted("nullif(w.current, $3)"), HELD);

    /** $3 id, $4 status. What is not delivered yet will never be. */
    static final String GONE = """
            WITH held AS (
                UPDATE webhook w
                   SET claimed_until = NULL, redeliver = NULL, current = NULL, open = false, due_at = NULL
                %s RETURNING w.run_id)
            UPDATE webhook_delivery d
               SET state = CASE WHEN d.state = 0 THEN 4 ELSE d.state END,
                   attempts = CASE WHEN d.id = $3 THEN d.attempts + 1 ELSE d.attempts END,
                   last_at = CASE WHEN d.id = $3 THEN clock_timestamp() ELSE d.last_at END,
                   last_status = CASE WHEN d.id = $3 THEN $4 ELSE d.last_status END,
                   last_error = CASE WHEN d.id = $3 THEN NULL ELSE d.last_error END
              FROM held WHERE d.run_id = held.run_id AND (d.id = $3 OR d.state = 0)
            """.formatted(HELD);

    /**
     * $3 id, $4 status, $5 reason, $6 milliseconds until the next attempt, NULL to give up; $7 milliseconds for which the
     * receiver wants to be left alone.
     */
    static final String FAILED = """
            WITH held AS (
                UPDATE webhook w
                   SET claimed_until = NULL, failures = w.failures + 1,
                       failing_since = coalesce(w.failing_since, now()),
                       not_before = now() + $7::bigint * interval '1 millisecond',
                       retry_at = now() + greatest($6::bigint, $7::bigint) * interval '1 millisecond',
                       current = CASE WHEN $6::bigint IS NULL THEN nullif(w.current, $3) ELSE w.current END,
                       due_at = CASE WHEN $6::bigint IS NULL THEN %s
                                     ELSE now() + greatest($6::bigint, $7::bigint) * interval '1 millisecond' END
                %s RETURNING w.run_id)
            UPDATE webhook_delivery d
               SET state = CASE WHEN $6::bigint IS NULL THEN 2 ELSE d.state END, attempts = d.attempts + 1,
                   last_at = clock_timestamp(), last_status = $4, last_error = $5
              FROM held WHERE d.id = $3
            """.formatted(NEXT.formatted("nullif(w.current, $3)"), HELD);

    /** $3 id, $4 status, $5 reason. Neither the message's own attempts nor the others' change. */
    static final String NOT_REDELIVERED = """
            WITH held AS (
                UPDATE webhook w SET claimed_until = NULL, redeliver = NULL, due_at = %s
                %s RETURNING w.run_id)
            UPDATE webhook_delivery d
               SET attempts = d.attempts + 1, last_at = clock_timestamp(), last_status = $4, last_error = $5
              FROM held WHERE d.id = $3
            """.formatted(NEXT.formatted("w.current"), HELD);

    /**
     * The last message of a run does not wait for the next attempt of one before it, unless the receiver asked to be left
     * alone. In the order of the ids, so that two processes that hint at the same runs do not wait for each other.
     */
    static final String HINT = """
            WITH hinted AS (
                SELECT w.run_id, EXISTS (
                           SELECT 1 FROM run r WHERE r.id = w.run_id AND r.ended_at IS NOT NULL) AS ended
                  FROM webhook w WHERE w.run_id = ANY($1) AND w.open ORDER BY w.run_id FOR NO KEY UPDATE OF w)
            UPDATE webhook w
               SET news = true,
                   due_at = CASE WHEN w.due_at IS NULL OR (h.ended AND w.claimed_until IS NULL)
                                 THEN greatest(now(), w.not_before) ELSE w.due_at END
              FROM hinted h WHERE w.run_id = h.run_id
            """;

    /**
     * Looks at $2 open callbacks behind $1. The end of a run does not wait for another attempt of a message before it. It
     * does wait where a claim was given back: the trouble that led to that would be had, and told, every second. Drops those
     * whose run has not come or is gone, an hour after the start.
     */
    static final String LOOK = """
            WITH page AS MATERIALIZED (
                SELECT run_id FROM webhook WHERE open AND run_id > $1 ORDER BY run_id LIMIT $2),
            moved AS (
                SELECT w.run_id
                  FROM page JOIN webhook w ON w.run_id = page.run_id JOIN run r ON r.id = w.run_id
                 WHERE w.open AND w.claimed_until IS NULL AND r.version > w.sent_version
                   AND (w.due_at IS NULL OR (r.ended_at IS NOT NULL AND w.due_at = w.retry_at
                                             AND w.due_at > greatest(now(), w.not_before)))
                 ORDER BY w.run_id FOR NO KEY UPDATE OF w SKIP LOCKED),
            woken AS (
                UPDATE webhook w SET news = true, due_at = greatest(now(), w.not_before)
                  FROM moved WHERE w.run_id = moved.run_id RETURNING 1),
            lost AS (
                DELETE FROM webhook w USING page
                 WHERE w.run_id = page.run_id AND w.created_at < now() - interval '1 hour'
                   AND NOT EXISTS (SELECT 1 FROM run r WHERE r.id = page.run_id)
                RETURNING w.run_id),
            forgotten AS (DELETE FROM webhook_delivery d USING lost WHERE d.run_id = lost.run_id)
            SELECT (SELECT run_id FROM page ORDER BY run_id DESC LIMIT 1) AS last,
                   (SELECT count(*) FROM page) AS seen, (SELECT count(*) FROM woken) AS woken
            """;

    static final String OLDEST = """
            SELECT (extract(epoch FROM now() - min(created_at)) * 1000)::bigint FROM webhook_delivery WHERE state = 0
            """;

    static final String FIND = "SELECT id, final, number, body FROM webhook_delivery WHERE id = $1 AND run_id = $2";

    private WebhookSql() {}
}
