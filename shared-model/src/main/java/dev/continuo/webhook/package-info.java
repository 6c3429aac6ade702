/**
 * Callbacks: what is sent, how it is signed, where it may go and when it is tried again. Storage is in {@code store}, the
 * sender in the worker.
 */
package dev.continuo.webhook;
