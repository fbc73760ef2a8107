#include "attention_float32.cuh"
// Attention with float32 operands, for heads of at most 64. The sizes of tiles are those of AttentionKernels.java.

KERNEL(128) attention_forward_64(FORWARD) { forward<64, 64, 32>(FORWARD_ARGUMENTS); }
KERNEL(128) attention_keys_64(BACKWARD, Result dk, Result dv, SIZES) { gradients<true, 64, 32, 32>(KEY_ARGUMENTS); }
KERNEL(128) attention_queries_64(BACKWARD, Result dq, SIZES) { gradients<false, 64, 32, 32>(QUERY_ARGUMENTS); }
