/** Conductor's task types HTTP and HTTP_POLL. */
package dev.continuo.worker.connector.http;
