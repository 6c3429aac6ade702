package dev.continuo.store;

import java.util.UUID;

/** A hand-out whose worker is alive. */
public record Lease(UUID taskId, int fence) {}
