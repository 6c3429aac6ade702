/**
 * What a connector is: one task type's execution behind one small interface. A connector knows nothing of queues,
 * leases and the engine; it gets an attempt's input, and comes to a result within the attempt's limits.
 */
package dev.continuo.worker.connector;
