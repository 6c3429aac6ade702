/** Conductor's task type KAFKA_PUBLISH, and sending to Kafka on behalf of tasks. */
package dev.continuo.worker.connector.kafka;
