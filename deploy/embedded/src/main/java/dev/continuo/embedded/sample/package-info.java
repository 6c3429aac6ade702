/**
 * A language model's server for demonstrations and tests, on the loopback interface: it speaks the wire formats of the
 * real ones, and answers what it is told to, with all that can go wrong.
 */
package dev.continuo.embedded.sample;
