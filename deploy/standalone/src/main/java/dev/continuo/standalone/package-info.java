/** Everything in one process: the embedded servers, where their data is kept, and what is served on top of them. */
package dev.continuo.standalone;
