#include "attention_float32.cuh"
// Attention with float32 operands, for heads of at most 32. The sizes of tiles are those of AttentionKernels.java.

KERNEL(128) attention_forward_32(FORWARD) { forward<32, 64, 32>(FORWARD_ARGUMENTS); }
KERNEL(128) attention_keys_32(BACKWARD, Result dk, Result dv, SIZES) { gradients<true, 32, 32, 32>(KEY_ARGUMENTS); }
KERNEL(128) attention_queries_32(BACKWARD, Result dq, SIZES) { gradients<false, 32, 32, 32>(QUERY_ARGUMENTS); }
