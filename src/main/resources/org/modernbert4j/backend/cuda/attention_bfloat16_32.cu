#include "attention_bfloat16.cuh"
// Attention on tensor cores, for heads of at most 32. The sizes of tiles are those of AttentionKernels.java.

KERNEL(128) attention_forward_32_bfloat16(FORWARD) { forward<32>(FORWARD_ARGUMENTS); }
KERNEL(128) attention_keys_32_bfloat16(BACKWARD, Result dk, Result dv, SIZES) { gradients<true, 32, 64>(KEY_ARGUMENTS); }
KERNEL(128) attention_queries_32_bfloat16(BACKWARD, Result dq, SIZES) { gradients<false, 32, 64>(QUERY_ARGUMENTS); }
