/** State as JSON text. Needs jackson-core, which is optional. Reads and writes values of {@code status} only. */
@NullMarked
package dev.fairlead.json;

import org.jspecify.annotations.NullMarked;
