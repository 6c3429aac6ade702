/** The dialect {@code conductor}: the API of Conductor's server and of Orkes'. */
package dev.continuo.api.conductor;
