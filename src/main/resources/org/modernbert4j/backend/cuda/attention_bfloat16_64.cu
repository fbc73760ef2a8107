#include "attention_bfloat16.cuh"
// Attention on tensor cores, for heads of at most 64. The sizes of tiles are those of AttentionKernels.java.

KERNEL(128) attention_forward_64_bfloat16(FORWARD) { forward<64>(FORWARD_ARGUMENTS); }
KERNEL(128) attention_keys_64_bfloat16(BACKWARD, Result dk, Result dv, SIZES) { gradients<true, 64, 64>(KEY_ARGUMENTS); }
KERNEL(128) attention_queries_64_bfloat16(BACKWARD, Result dq, SIZES) { gradients<false, 64, 64>(QUERY_ARGUMENTS); }
