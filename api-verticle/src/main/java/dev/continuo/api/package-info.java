/** The HTTP side: what every dialect shares. One package below for each dialect. */
package dev.continuo.api;
