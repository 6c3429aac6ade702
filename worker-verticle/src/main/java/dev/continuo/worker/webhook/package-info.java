/** Sends callbacks: what is to be sent and what came of it is in the database, the sockets and limits are here. */
package dev.continuo.worker.webhook;
