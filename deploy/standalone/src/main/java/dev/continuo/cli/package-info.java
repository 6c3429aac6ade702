/** The command line. */
package dev.continuo.cli;
