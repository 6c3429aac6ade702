package dev.continuo.worker;

import dev.continuo.secret.Sealer;

/** What the parts of one worker share. */
record WorkTools(WorkerEngine engine, Sealer sealer, WorkerMeters meters) {}
