/** Real PostgreSQL and Kafka servers that live and die with this process, for the standalone and for tests. */
package dev.continuo.embedded;
