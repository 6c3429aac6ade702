package dev.continuo.store;

import dev.continuo.decide.World;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;

/** What all lanes of a process share. */
record LaneEnvironment(
        Vertx vertx,
        PgConnectOptions connect,
        CommitterLimits limits,
        Plans plans,
        Scripting scripting,
        InputSeal seal,
        World world,
        DbClock clock,
        CommitListener listener,
        CommitMeters meters) {}
