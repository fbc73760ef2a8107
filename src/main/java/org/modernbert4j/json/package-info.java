/**
 * Reads JSON files: what is missing, null, of the wrong type or out of range is one line that names the file and the field. {@link
 * org.modernbert4j.json.Settings} writes settings as well, by the code that reads them.
 *
 * <p>A file is one object in UTF-8, by the letter of the standard, without a name given twice. A field is read when it is asked
 * for; what is wrong with it is an {@link org.modernbert4j.InputException} like {@code head.json: dropout: found "0.1", expected a
 * finite number; train again}. A field inside others is named by its path, as {@code log_history[2].confusion[0][1]}.
 *
 * <pre>{@code
 * JsonFields fields = JsonFile.read(Path.of("run/state.json"), "use another folder");
 * int step = fields.integer("step");
 * double warmup = fields.number("warmup", 0.1); // where the field is missing
 * OptionalInt limit = fields.optionalInteger("limit"); // empty where the field is missing or null
 * Map<String, Integer> steps = fields.map("optimizer_steps", JsonValue::integer);
 * List<Epoch> epochs = fields.list("log_history", epoch -> epoch(epoch.fields()));
 * long[][] counts = fields.list("counts", row -> row.list(JsonValue::longInteger).stream().mapToLong(n -> n).toArray())
 *         .toArray(long[][]::new);
 * }</pre>
 */
package org.modernbert4j.json;
