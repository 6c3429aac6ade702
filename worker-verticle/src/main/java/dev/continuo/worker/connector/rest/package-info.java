/** The task type REST_CONNECTOR: one HTTP request to somebody's service (source: workflowsvc, Rest Connector page). */
package dev.continuo.worker.connector.rest;
