/** Who may do what: API keys as text, and roles. Pure: no clock, no database. */
package dev.continuo.identity;
