/**
 * What Continuo says to Kafka and hears from it: topics, events and their JSON, the publisher, and the consumer of
 * commands. Postgres is the truth; an event may be lost, repeated or late, and nothing breaks.
 */
package dev.continuo.events;
