/**
 * The task type REST_CONNECTOR: one HTTP request to somebody's service (source: workflowsvc, Rest Connector page).
 *
 * <p>It stands on Vert.x's own HTTP client and not on the web client above it: the web client lets go of its request
 * once the response's head is there, and could not cut a body that is too long or never ends.
 */
package dev.continuo.worker.connector.rest;
