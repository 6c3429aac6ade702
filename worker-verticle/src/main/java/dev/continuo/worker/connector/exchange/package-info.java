/**
 * What connectors that speak HTTP share: one request with its redirects and its whole response, within limits of size and
 * time, and what requests and responses look like as JSON.
 *
 * <p>It stands on Vert.x's own HTTP client and not on the web client above it: the web client lets go of its request
 * once the response's head is there, and could not cut a body that is too long or never ends.
 */
package dev.continuo.worker.connector.exchange;
