/** Secrets at rest: which fields are secret, how they are sealed, and what a reader sees instead (guarantee G6). */
package dev.continuo.secret;
