/** Java mains, one per experiment: each is a short list of what differs. */
package experiments;
