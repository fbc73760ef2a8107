#include "attention_bfloat16.cuh"
// Attention on tensor cores, for heads of at most 128. The sizes of tiles are those of AttentionKernels.java.

KERNEL(128) attention_forward_128_bfloat16(FORWARD) { forward<128>(FORWARD_ARGUMENTS); }
KERNEL(128) attention_keys_128_bfloat16(BACKWARD, Result dk, Result dv, SIZES) { gradients<true, 128, 32>(KEY_ARGUMENTS); }
KERNEL(128) attention_queries_128_bfloat16(BACKWARD, Result dq, SIZES) { gradients<false, 128, 32>(QUERY_ARGUMENTS); }
