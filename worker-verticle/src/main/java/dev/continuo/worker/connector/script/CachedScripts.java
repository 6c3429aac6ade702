package dev.continuo.worker.connector.script;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps scripts for a short time: a changed script is executed by every worker at the latest when that is over. A script
 * that does not exist is not remembered. Whoever asks while a script is read waits for that reading. Confined to one
 * event loop.
 */
public final class CachedScripts implements ScriptSource {
    private record Key(String namespace, String userType, String name) {}

    private record Kept(Future<Optional<String>> script, Instant until) {}

    private final ScriptSource source;
    private final Duration life;
    private final InstantSource clock;
    private final Map<Key, Kept> kept;

    /**
     * @param capacity scripts that are kept
     * @param life of what is kept
     */
    public CachedScripts(ScriptSource source, int capacity, Duration life, InstantSource clock) {
        this.source = source;
        this.life = life;
        this.clock = clock;
        this.kept = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
                return size() > capacity;
            }
        };
    }

    @Override
    public Future<Optional<String>> find(String namespace, String userType, String name) {
        Key key = new Key(namespace, userType, name);
        Kept known = kept.get(key);
        if (known != null && clock.instant().isBefore(known.until)) {
            return known.script;
        }
        Future<Optional<String>> found = source.find(namespace, userType, name);
        kept.put(key, new Kept(found, clock.instant().plus(life)));
        found.onComplete(script -> {
            if (script.failed() || script.result().isEmpty()) {
                kept.computeIfPresent(key, (k, now) -> now.script == found ? null : now);
            }
        });
        return found;
    }
}
