#include "attention_float32.cuh"
// Attention with float32 operands, for heads of at most 256. The sizes of tiles are those of AttentionKernels.java.

KERNEL(128) attention_forward_256(FORWARD) { forward<256, 32, 16>(FORWARD_ARGUMENTS); }
KERNEL(128) attention_keys_256(BACKWARD, Result dk, Result dv, SIZES) { gradients<true, 256, 8, 16>(KEY_ARGUMENTS); }
KERNEL(128) attention_queries_256(BACKWARD, Result dq, SIZES) { gradients<false, 256, 8, 16>(QUERY_ARGUMENTS); }
