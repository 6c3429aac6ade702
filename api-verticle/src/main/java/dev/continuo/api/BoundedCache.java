package dev.continuo.api;

import java.util.LinkedHashMap;
import java.util.Map;

/** Forgets what was not used for longest. For one thread. */
public final class BoundedCache<K, V> extends LinkedHashMap<K, V> {
    private final int most;

    public BoundedCache(int most) {
        super(64, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
