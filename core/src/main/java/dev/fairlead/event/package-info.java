/** What has happened, as sealed values, and the log made of them. No Netty type and no decision belongs here. */
package dev.fairlead.event;
