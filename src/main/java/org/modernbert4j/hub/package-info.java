/**
 * Models from the Hugging Face Hub and data from any web address, downloaded once.
 *
 * <pre>{@code
 * Hub hub = new Hub(HubSettings.of(System.getenv()), listener);
 * Path folder = hub.model(HubName.parse("answerdotai/ModernBERT-base").orElseThrow(), HubFiles.ALL);
 * Path table = hub.data("https://example.org/news.csv.zip");
 * }</pre>
 *
 * <p>Models lie in the cache that Python's huggingface_hub has, in its layout, so that each side finds what the other has
 * downloaded. The two do not wait for each other's locks, which are of different kinds on Unix; a file is renamed into place
 * when it is whole and its hash is right, so that costs a second download at worst.
 *
 * <p>Whatever prevents a download is an {@link org.modernbert4j.InputException} of one line.
 */
package org.modernbert4j.hub;
