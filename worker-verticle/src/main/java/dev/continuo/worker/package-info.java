/**
 * Executes tasks: from the topic {@code task-queued} over the claim, the connector and the committer back to the offset
 * of the event. Everything of one {@link dev.continuo.worker.WorkerVerticle} is confined to its event loop.
 */
package dev.continuo.worker;
