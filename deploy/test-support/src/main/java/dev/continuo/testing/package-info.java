/** What the integration tests of every module stand on: a real PostgreSQL, a real Kafka, and waiting for conditions. */
package dev.continuo.testing;
