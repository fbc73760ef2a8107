#include "attention_float32.cuh"
// Attention with float32 operands, for heads of at most 128. The sizes of tiles are those of AttentionKernels.java.

KERNEL(128) attention_forward_128(FORWARD) { forward<128, 32, 32>(FORWARD_ARGUMENTS); }
KERNEL(128) attention_keys_128(BACKWARD, Result dk, Result dv, SIZES) { gradients<true, 128, 32, 16>(KEY_ARGUMENTS); }
KERNEL(128) attention_queries_128(BACKWARD, Result dq, SIZES) { gradients<false, 128, 32, 16>(QUERY_ARGUMENTS); }
