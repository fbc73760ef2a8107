/** Fine-tuning: the loop, the optimizer, learning rates, checkpoints, and the classifier that comes out. */
package org.modernbert4j.train;
